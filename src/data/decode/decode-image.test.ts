import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../geometry/index.ts';
import { stream } from '../../random/index.ts';
import { centerCrop } from './center-crop.ts';
import { decodeImage } from './decode-image.ts';
import { type PictureTransform, whole } from './picture-plan.ts';
import { sampleTrainingCrop } from './training-crop.ts';

const small = { width: 90, height: 70 };
const asItIs: PictureTransform = (size) => ({ box: whole(size), resized: size, window: whole(size), flip: false });
const crop =
  (seed: number): PictureTransform =>
  (size) =>
    sampleTrainingCrop(size, stream(seed), { size: 32 });

/** Smooth colors with an edge and no symmetry, which JPEG keeps well. */
function drawn({ width, height }: Size): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dark = x > width / 2 && y > height / 3 ? 0.5 : 1;
      const color = [(255 * x) / width, (255 * y) / height, 128 + 100 * Math.sin((x + 2 * y) / 12)];
      color.forEach((value, channel) => {
        pixels[(y * width + x) * 3 + channel] = dark * value;
      });
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

async function decoded(bytes: Uint8Array, transform: PictureTransform, size: Size): Promise<Uint8Array> {
  const target = new Uint8Array(3 * size.width * size.height);
  await decodeImage(bytes, transform, target);
  return target;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

const picture = await drawn(small).png().toBuffer();
const jpeg = await drawn(small).jpeg({ quality: 95 }).toBuffer();
const upright = await decoded(picture, asItIs, small);

describe('every kind of picture becomes red, green and blue in turn', () => {
  it('PNG: exactly', async () => {
    expect(upright).toEqual(new Uint8Array(await drawn(small).raw().toBuffer()));
  });

  it.each<[string, (picture: Sharp) => Sharp, number]>([
    ['JPEG', (picture) => picture.jpeg({ quality: 95 }), 2],
    ['JPEG with all of the color', (picture) => picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }), 2],
    ['progressive JPEG', (picture) => picture.jpeg({ quality: 95, progressive: true }), 2],
    ['CMYK JPEG, as far as CMYK can', (picture) => picture.toColorspace('cmyk').jpeg({ quality: 95 }), 40],
    ['16-bit PNG', (picture) => picture.toColorspace('rgb16').png(), 0.5],
    ['palette PNG', (picture) => picture.png({ palette: true, dither: 0 }), 8],
    ['WebP', (picture) => picture.webp({ lossless: true }), 0],
  ])('%s', async (_, encode, tolerance) => {
    const bytes = await encode(drawn(small)).toBuffer();
    expect(meanDifference(await decoded(bytes, asItIs, small), upright)).toBeLessThanOrEqual(tolerance);
  });

  it.each<[string, (picture: Sharp) => Sharp]>([
    ['JPEG', (picture) => picture.jpeg({ quality: 95 })],
    ['PNG', (picture) => picture.png()],
    ['16-bit PNG', (picture) => picture.toColorspace('gray16').png()],
  ])('a gray %s has three equal channels', async (_, encode) => {
    const bytes = await encode(drawn(small).grayscale()).toBuffer();
    const pixels = await decoded(bytes, asItIs, small);
    expect(pixels).toEqual(pixels.map((_, i) => pixels[i - (i % 3)]!));
    expect(new Set(pixels).size).toBeGreaterThan(50);
  });

  it('transparency shows white', async () => {
    const colors = Buffer.from([255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 51]);
    const bytes = await sharp(colors, { raw: { width: 3, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const pixels = await decoded(bytes, asItIs, { width: 3, height: 1 });
    expect([...pixels]).toEqual([255, 0, 0, 255, 255, 255, 204, 204, 204]);
  });
});

describe('orientation', () => {
  const corner: PictureTransform = () => ({
    box: { left: 4, top: 10, width: 50, height: 30 },
    resized: { width: 40, height: 36 },
    window: { left: 5, top: 1, width: 20, height: 30 },
    flip: false,
  });
  const shown = { width: 20, height: 30 };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i: the crop is of the picture as it is seen', async (orientation) => {
    // What a camera stores that was held so: the inverse of what a viewer does. (sharp mirrors before it rotates.)
    const stored: Record<number, (picture: Sharp) => Sharp> = {
      1: (picture) => picture,
      2: (picture) => picture.flop(),
      3: (picture) => picture.rotate(180),
      4: (picture) => picture.flip(),
      5: (picture) => picture.rotate(270).flop(),
      6: (picture) => picture.rotate(270),
      7: (picture) => picture.rotate(90).flop(),
      8: (picture) => picture.rotate(90),
    };
    const pixels = await sharp(await stored[orientation]!(sharp(picture)).png().toBuffer())
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .withMetadata({ orientation })
      .toBuffer();
    const whole = await decoded(pixels, asItIs, small);
    expect(meanDifference(whole, upright)).toBeLessThan(1.5);
    const part = await decoded(pixels, corner, shown);
    expect(meanDifference(part, await decoded(picture, corner, shown))).toBeLessThan(1.5);
    const mirrored: PictureTransform = (size) => ({ ...corner(size), flip: true });
    const flipped = await decoded(pixels, mirrored, shown);
    expect(meanDifference(flipped, await decoded(picture, mirrored, shown))).toBeLessThan(1.5);
  });
});

describe('applying a plan', () => {
  it('gives the same bytes for the same seed and others for another', async () => {
    const size = { width: 32, height: 32 };
    const once = await decoded(jpeg, crop(1), size);
    expect(await decoded(jpeg, crop(1), size)).toEqual(once);
    expect(await decoded(jpeg, crop(2), size)).not.toEqual(once);
  });

  it('mirrors left to right', async () => {
    const mirrored = await decoded(picture, (size) => ({ ...asItIs(size), flip: true }), small);
    const { width } = small;
    const columnOf = (i: number) => Math.floor(i / 3) % width;
    expect(mirrored).toEqual(upright.map((_, i) => upright[i + 3 * (width - 1 - 2 * columnOf(i))]!));
  });

  it('shrinks a large picture to nearly what shrinking its PNG gives', async () => {
    const large = { width: 900, height: 700 };
    const size = { width: 64, height: 64 };
    const transform: PictureTransform = (picture) => centerCrop(picture, { size: 64 });
    const png = await decoded(await drawn(large).png().toBuffer(), transform, size);
    const ours = await decoded(await drawn(large).jpeg({ quality: 95 }).toBuffer(), transform, size);
    expect(meanDifference(ours, png)).toBeLessThan(2);
  });
});

/** A PNG that says it is of that size, and has no more than a few of its pixels. */
function pngOfSize(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([
      length,
      Buffer.from(name, 'latin1'),
      data,
      Buffer.from(crc32(Buffer.concat([Buffer.from(name), data]))),
    ]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const pixels = chunk('IDAT', deflateSync(Buffer.alloc(1000)));
  return Buffer.concat([signature, chunk('IHDR', header), pixels, chunk('IEND', Buffer.alloc(0))]);
}

/** PNG's checksum, bit by bit, as four bytes. */
function crc32(bytes: Uint8Array): number[] {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return [24, 16, 8, 0].map((shift) => (~crc >>> shift) & 255);
}

describe('what cannot be decoded is an error that says what it is', () => {
  const decode = (bytes: Uint8Array, options = {}) => decodeImage(bytes, crop(0), new Uint8Array(3 * 32 * 32), options);

  it.each<[string, Uint8Array, RegExp]>([
    ['text', Buffer.from('<html>404 not found</html>'), /expected a JPEG, PNG, WebP or TIFF picture, got text/],
    ['an empty file', Buffer.alloc(0), /got an empty file/],
    ['zeros', Buffer.alloc(5000), /got zeros/],
    ['a GIF', Buffer.from('GIF89a\x01\x00'), /got a GIF; convert it/],
    ['other bytes', Uint8Array.of(1, 2, 3, 4, 5), /got something else/],
    ['a 20,000 x 20,000 PNG', pngOfSize(20_000, 20_000), /at most 100 million pixels, got 20000 x 20000/],
    [
      'a PNG without its pixels',
      pngOfSize(200, 200),
      /expected a whole png picture, got one that is truncated or damaged/,
    ],
  ])('%s', async (_, bytes, message) => {
    await expect(decode(bytes)).rejects.toThrow(message);
  });

  it('a JPEG that says it is of 20,000 x 20,000 pixels, before one of them is decoded', async () => {
    const huge = Buffer.from(jpeg);
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(20_000, frame + 5);
    huge.writeUInt16BE(20_000, frame + 7);
    await expect(decode(huge)).rejects.toThrow(/at most 100 million pixels, got 20000 x 20000/);
  });

  it('one of more pixels than the limit that was given', async () => {
    await expect(decode(jpeg, { limitPixels: 6299 })).rejects.toThrow(/0.006299 million pixels, got 90 x 70/);
    await expect(decode(jpeg, { limitPixels: 6300 })).resolves.toMatchObject({ picture: small });
  });

  it.each([
    ['JPEG', (picture: Sharp) => picture.jpeg()],
    ['progressive JPEG', (picture: Sharp) => picture.jpeg({ progressive: true })],
    ['PNG', (picture: Sharp) => picture.png()],
    ['WebP', (picture: Sharp) => picture.webp()],
  ])('a %s cut off anywhere, whichever part of it is shown', async (_, encode) => {
    const bytes = await encode(drawn({ width: 200, height: 160 })).toBuffer();
    for (let part = 1; part < 20; part++) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 20));
      const target = new Uint8Array(3 * 32 * 32);
      await expect(decodeImage(cut, crop(part), target)).rejects.toThrow(/truncated or damaged/);
    }
  });

  it('a target of another size', async () => {
    await expect(decodeImage(jpeg, crop(0), new Uint8Array(7))).rejects.toThrow(
      'expected a target of 32 x 32 x 3 bytes, got 7',
    );
  });
});
