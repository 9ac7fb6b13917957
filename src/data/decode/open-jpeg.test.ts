import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type JpegOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../geometry/index.ts';
import { type RandomStream, stream } from '../../random/index.ts';
import { decodeJpeg, hasJpegAddon } from './jpeg-addon.ts';
import { openJpeg } from './open-jpeg.ts';
import { openWithSharp } from './open-with-sharp.ts';
import { type OpenPicture, type PicturePlan, whole } from './picture-plan.ts';
import { resample, resamplingOf } from './resample.ts';
import { sampleTrainingCrop } from './training-crop.ts';

const size = { width: 123, height: 97 };

/** Noise on a gradient: worse for a JPEG decoder than any photograph. */
async function jpegOf({ width, height }: Size, options: JpegOptions, gray = false): Promise<Buffer> {
  const random = stream(width, 'noise');
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => ((i / width) % 200) + random.integer(56));
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  return (gray ? picture.grayscale() : picture).jpeg(options).toBuffer();
}

async function shown(picture: OpenPicture | undefined, plan: PicturePlan): Promise<Uint8Array> {
  const target = new Uint8Array(3 * plan.window.width * plan.window.height);
  await picture!.show(plan, target);
  return target;
}

/** The whole picture, red, green and blue in turn. */
async function wholePicture(picture: OpenPicture): Promise<Uint8Array> {
  const { size } = picture;
  return shown(picture, { box: whole(size), resized: size, window: whole(size), flip: false });
}

const segment = (marker: number, ...body: number[]) => [0xff, marker, 0, body.length + 2, ...body];
const nothing = new Array<number>(15).fill(0);

/** A gray picture of one block in ever finer scans, none of which changes anything; a few bytes each. */
function jpegOfScans(count: number): Buffer {
  const bytes = [0xff, 0xd8, ...segment(0xdb, 0, ...new Array<number>(64).fill(1))];
  bytes.push(...segment(0xc2, 8, 0, 8, 0, 8, 1, 1, 0x11, 0)); // progressive, 8 x 8, one component
  bytes.push(...segment(0xc4, 0, 1, ...nothing, 0), ...segment(0xc4, 0x10, 1, ...nothing, 0xe0));
  bytes.push(...segment(0xda, 1, 1, 0, 0, 0, 0), 0x7f);
  for (let scan = 1; scan < count; scan++) {
    const [bit, coefficient] = [13 - Math.floor((scan - 1) / 63), 1 + ((scan - 1) % 63)];
    const bits = ((bit === 13 ? 0 : bit + 1) << 4) | bit;
    bytes.push(...segment(0xda, 1, 1, 0, coefficient, coefficient, bits), 0, 1);
  }
  return Buffer.from([...bytes, 0xff, 0xd9]);
}

/**
 * A picture behind a segment of 65,535 bytes, before which stands a marker that has no length. Who reads one takes the
 * segment's first two bytes for it, and goes on at the frame of another picture in there.
 */
function withFalseFrame(bytes: Buffer): Buffer {
  const application = Buffer.alloc(2 + 0xffff);
  application.set([0xff, 0xe0, 0xff, 0xff]);
  application.set(segment(0xc0, 8, 0, 10, 0, 10, 1, 1, 0x11, 0), 0xffe0);
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0x01]), application, bytes.subarray(2)]);
}

const cropOf = (size: Size, random: RandomStream) => sampleTrainingCrop(size, random, { size: 40, color: false });
const twiceAsWide = (plan: PicturePlan): boolean => plan.box.width >= 80 && plan.box.height >= 80;

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

describe.skipIf(!hasJpegAddon)('JPEGs by the addon (skipped where it was not built)', () => {
  it.each<[string, JpegOptions, boolean]>([
    ['half of the color', { chromaSubsampling: '4:2:0' }, false],
    ['all of the color', { chromaSubsampling: '4:4:4' }, false],
    ['progressive', { progressive: true }, false],
    ['gray', {}, true],
  ])('%s: a crop has the very bytes of the same part of the whole picture', async (_, options, gray) => {
    const picture = openJpeg(await jpegOf(size, options, gray))!;
    const pixels = await wholePicture(picture);
    for (let seed = 0; seed < 60; seed++) {
      const plan = cropOf(size, stream(seed));
      if (twiceAsWide(plan)) continue;
      const expected = new Uint8Array(3 * 40 * 40);
      resample(pixels, size, resamplingOf(plan), expected);
      expect(Buffer.from(await shown(picture, plan)).equals(expected)).toBe(true);
    }
  });

  it('has the bytes that sharp has, whole and in parts', async () => {
    const bytes = await jpegOf(size, {});
    const [ours, sharps] = [openJpeg(bytes)!, await openWithSharp(bytes)];
    expect(ours.size).toEqual(sharps.size);
    expect(await wholePicture(ours)).toEqual(await wholePicture(sharps));
    const resized = { width: 50, height: 70 };
    const plan = { box: { left: 10, top: 20, width: 90, height: 60 }, resized, window: whole(resized), flip: false };
    expect(await shown(ours, plan)).toEqual(await shown(sharps, plan));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns a picture of orientation %i as sharp does', async (orientation) => {
    const bytes = await sharp(await jpegOf(size, {}))
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
    const [ours, sharps] = [openJpeg(bytes)!, await openWithSharp(bytes)];
    expect(ours.size).toEqual(sharps.size);
    expect(await wholePicture(ours)).toEqual(await wholePicture(sharps));
  });

  it.each([2, 4, 8] as const)('decoded at 1/%i of its size it is nearly the same', async (denominator) => {
    const large = { width: 801, height: 643 };
    const smooth = await sharp(await jpegOf(large, {}))
      .blur(4)
      .jpeg({ quality: 95 })
      .toBuffer();
    const box = { left: 13, top: 7, width: 700, height: 600 };
    const resized = { width: Math.floor(700 / denominator), height: Math.floor(600 / denominator) };
    const plan = { box, resized, window: whole(resized), flip: false };
    const atFullSize = await shown(await openWithSharp(smooth), plan);
    expect(meanDifference(await shown(openJpeg(smooth), plan), atFullSize)).toBeLessThan(1.5);
  });

  it('reads on to the end of a file that does not end as it should, and takes what is appended', async () => {
    const bytes = await jpegOf(size, {});
    const plan: PicturePlan = {
      box: { left: 0, top: 0, width: 50, height: 40 },
      resized: { width: 40, height: 40 },
      window: { left: 0, top: 0, width: 40, height: 40 },
      flip: false,
    };
    const appended = openJpeg(Buffer.concat([bytes, Buffer.from('something appended')]))!;
    expect(await shown(appended, plan)).toEqual(await shown(openJpeg(bytes), plan));
    const cut = openJpeg(bytes.subarray(0, -300))!;
    expect(() => cut.show(plan, new Uint8Array(4800))).toThrow(/[Pp]remature end/);
  });

  it('survives flipped bits: pixels or an error', async () => {
    const bytes = await jpegOf({ width: 64, height: 48 }, {});
    const random = stream(9, 'bits');
    let errors = 0;
    for (let i = 0; i < 300; i++) {
      const damaged = Buffer.from(bytes);
      for (let k = 0; k < 3; k++) damaged[2 + random.integer(bytes.length - 2)]! ^= 1 << random.integer(8);
      try {
        const picture = openJpeg(damaged);
        if (picture !== undefined && picture.size.width * picture.size.height < 1e6) {
          await shown(picture, cropOf(picture.size, random));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        errors++;
      }
    }
    expect(errors).toBeGreaterThan(20);
  });

  it('refuses a picture of more scans than any encoder makes: each may take as long as a picture', async () => {
    expect(await wholePicture(openJpeg(jpegOfScans(100))!)).toEqual(new Uint8Array(3 * 64).fill(128));
    await expect(wholePicture(openJpeg(jpegOfScans(101))!)).rejects.toThrow('expected at most 100 scans, got more');
    await expect(wholePicture(openJpeg(jpegOfScans(800))!)).rejects.toThrow('expected at most 100 scans, got more');
  });

  it('refuses a file in which libjpeg finds a picture of another size than was read in it', async () => {
    const picture = openJpeg(withFalseFrame(await jpegOf(size, {})))!;
    expect(picture.size).toEqual({ width: 10, height: 10 });
    await expect(wholePicture(picture)).rejects.toThrow(
      'expected a picture of 10 x 10, as its header says, got 123 x 97',
    );
  });

  it('refuses a region beyond the border, and taps outside of the region', async () => {
    const bytes = await jpegOf(size, {});
    const plan = { box: { left: 0, top: 0, width: 200, height: 97 }, resized: size, window: whole(size), flip: false };
    const region = { picture: size, denominator: 1 as const, resampling: resamplingOf(plan), wholeFile: false };
    expect(() => decodeJpeg(bytes, region, new Uint8Array(3 * 123 * 97))).toThrow(/beyond its border/);
    region.resampling.horizontal.first[5] = 1_000_000;
    expect(() => decodeJpeg(bytes, region, new Uint8Array(3 * 123 * 97))).toThrow(/inside the region/);
  });
});

const samples = join(process.env.PATCHWORK_DATA ?? '', 'imagenet-samples');
describe.skipIf(process.env.PATCHWORK_DATA === undefined || !existsSync(samples) || !hasJpegAddon)(
  'photographs of ImageNet (skipped unless PATCHWORK_DATA has imagenet-samples)',
  () => {
    it('look the same by the addon and by sharp', async () => {
      const files = readdirSync(samples).filter((name) => name.endsWith('.JPEG'));
      for (const [i, name] of files.slice(0, 40).entries()) {
        const bytes = readFileSync(join(samples, name));
        const [ours, sharps] = [openJpeg(bytes), await openWithSharp(bytes)];
        if (ours === undefined) continue;
        expect(ours.size).toEqual(sharps.size);
        const plan = sampleTrainingCrop(ours.size, stream(i), { color: false });
        expect(meanDifference(await shown(ours, plan), await shown(sharps, plan))).toBeLessThan(2);
      }
    });
  },
);
