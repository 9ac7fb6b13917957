import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type JpegOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { jpegOfScans, withFalseFrame } from '../../../tests/support/jpegs.ts';
import type { Size } from '../../geometry/index.ts';
import { type RandomStream, stream } from '../../random/index.ts';
import { decodeJpeg, hasJpegAddon } from './jpeg-addon.ts';
import { openJpeg } from './open-jpeg.ts';
import { openJpegWithSharp, openWithSharp } from './open-with-sharp.ts';
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

async function shown(picture: OpenPicture | undefined, plan: PicturePlan, gap?: number): Promise<Uint8Array> {
  const target = new Uint8Array(3 * plan.window.width * plan.window.height);
  await picture!.show(plan, target, gap);
  return target;
}

/** The whole picture, red, green and blue in turn. */
async function wholePicture(picture: OpenPicture): Promise<Uint8Array> {
  const { size } = picture;
  return shown(picture, { box: whole(size), resized: size, window: whole(size), flip: false });
}

const cropOf = (size: Size, random: RandomStream) => sampleTrainingCrop(size, random, { size: 40, color: false });

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

const decoders: [string, (bytes: Buffer) => Promise<OpenPicture>][] = [
  ['sharp', openJpegWithSharp],
  ...(hasJpegAddon
    ? [['the addon', async (bytes: Buffer) => openJpeg(bytes)!] as [string, () => Promise<OpenPicture>]]
    : []),
];

describe.each(decoders)('a JPEG that is a trap, by %s', (_, openPicture) => {
  it('of more scans than an encoder makes is refused: each may take as long as a picture', async () => {
    const at = async (scans: number, side?: number) => wholePicture(await openPicture(jpegOfScans(scans, side)));
    expect(await at(100)).toEqual(new Uint8Array(3 * 64).fill(128));
    await expect(at(101)).rejects.toThrow('expected at most 100 scans, got more');
    await expect(at(800)).rejects.toThrow('expected at most 100 scans, got more');
    // 1.6 billion pixels in all scans: 64 of 25 million.
    await expect(at(65, 5000)).rejects.toThrow('expected at most 64 scans, got more');
  });

  it('in which another reader sees another picture is of the size that is decoded', async () => {
    const bytes = await jpegOf(size, {});
    const picture = await openPicture(withFalseFrame(bytes));
    expect(picture.size).toEqual(size);
    expect(await wholePicture(picture)).toEqual(await wholePicture(await openPicture(bytes)));
  });
});

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

  const large = { width: 801, height: 643 };
  const box = { left: 13, top: 7, width: 720, height: 600 };
  const shrunk = (resized: Size): PicturePlan => ({ box, resized, window: whole(resized), flip: false });

  it.each([2, 4, 8] as const)('decoded at 1/%i of its size it is nearly the same', async (denominator) => {
    const smooth = await sharp(await jpegOf(large, {}))
      .blur(4)
      .jpeg({ quality: 95 })
      .toBuffer();
    const plan = shrunk({ width: 720 / denominator, height: 600 / denominator });
    const exact = await shown(await openWithSharp(smooth), plan);
    expect(await shown(openJpeg(smooth), plan)).toEqual(exact);
    const scaled = await shown(openJpeg(smooth), plan, 1);
    expect(scaled).not.toEqual(exact);
    expect(meanDifference(scaled, exact)).toBeLessThan(1.5);
  });

  it('a gap says how many pixels must be left for each of the result, in both directions', async () => {
    const bytes = await jpegOf(large, {});
    const at = (plan: PicturePlan, denominator: 1 | 2 | 4 | 8) => {
      const target = new Uint8Array(3 * plan.resized.width * plan.resized.height);
      const resampling = resamplingOf(plan, denominator);
      decodeJpeg(bytes, { picture: large, denominator, resampling, wholeFile: false }, target);
      return target;
    };
    // 720 / 60 = 12 pixels, 600 / 60 = 10: at 1/4 these are 3 and 2.5, at 1/2 6 and 5.
    const plan = shrunk({ width: 60, height: 60 });
    expect(await shown(openJpeg(bytes), plan, 2.5)).toEqual(at(plan, 4));
    expect(await shown(openJpeg(bytes), plan, 2.6)).toEqual(at(plan, 2));
    expect(await shown(openJpeg(bytes), plan, 5)).toEqual(at(plan, 2));
    expect(await shown(openJpeg(bytes), plan, 5.1)).toEqual(at(plan, 1));
    expect(at(plan, 4)).not.toEqual(at(plan, 2));
    expect(at(plan, 2)).not.toEqual(at(plan, 1));
    // Turned, the plan is of the stored picture: 1/4 leaves 3 and 2.5 all the same.
    const turned = await sharp(bytes).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const seen = { ...plan, box: { left: 7, top: 13, width: 600, height: 720 } };
    expect(await shown(openJpeg(turned), seen, 2.5)).not.toEqual(await shown(openJpeg(turned), seen, 2.6));
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
    for (const gap of [undefined, 3]) {
      expect(() => cut.show(plan, new Uint8Array(4800), gap)).toThrow(/[Pp]remature end/);
    }
  });

  it('sees damage beyond what is shown, but with a gap, which reads no more than it needs', async () => {
    const bytes = await jpegOf(size, {});
    const resized = { width: 20, height: 10 };
    const plan = { box: { left: 0, top: 0, width: 40, height: 20 }, resized, window: whole(resized), flip: false };
    const intact = await shown(openJpeg(bytes), plan);
    // A restart marker where none is due.
    const damaged = Buffer.from(bytes);
    damaged.set([0xff, 0xd3], bytes.length - 400);
    await expect(shown(openJpeg(damaged), plan)).rejects.toThrow(/Corrupt JPEG data/);
    await expect(shown(await openJpegWithSharp(damaged), plan)).rejects.toThrow(/Corrupt JPEG data/);
    expect(await shown(openJpeg(damaged), plan, 3)).toEqual(intact);
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

  it('refuses a file in which libjpeg finds a picture of another size than was said', async () => {
    const resampling = resamplingOf({ box: whole(size), resized: size, window: whole(size), flip: false });
    const region = { picture: { width: 10, height: 10 }, denominator: 1, resampling, wholeFile: false } as const;
    const bytes = await jpegOf(size, {});
    expect(() => decodeJpeg(bytes, region, new Uint8Array(3 * 123 * 97))).toThrow(
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
