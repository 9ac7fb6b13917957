import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { boxArea } from '../geometry/index.ts';
import { applyPlan, parseMix } from '../mix/index.ts';
import { stream } from '../random/index.ts';
import { drawMethod, drawMethods } from './mix-methods.ts';
import type { LabeledPictures } from './mixed-pictures.ts';

const side = 16;
const shapeOf = (batch: number) => ({ batch, height: side, width: side });
const drawn = (text: string, { batch = 2, seed = 0 } = {}) =>
  drawMethod(text, parseMix(text)[0]!, shapeOf(batch), seed);

describe('what is drawn for a picture', () => {
  it('mixes each picture with the next one, and the last one with the first', () => {
    expect(drawn('mixup', { batch: 4 }).plan.permutation).toEqual([1, 2, 3, 0]);
    expect(drawn('cutout', { batch: 4 }).plan.permutation).toEqual([0, 1, 2, 3]);
  });

  it('is the same for the same seed, and has the same box for variants of a method', () => {
    expect(drawn('cutmix', { seed: 3 })).toEqual(drawn('cutmix', { seed: 3 }));
    expect(drawn('cutmix', { seed: 3 }).plan).not.toEqual(drawn('cutmix', { seed: 4 }).plan);
    const { labelWeight: _, ...where } = drawn('cutmix').plan;
    expect(drawn('cutmix:label=half').plan).toMatchObject(where);
  });

  it('always shows something: an empty box, or a batch left alone, is drawn again', () => {
    // At 16 pixels one in 64 boxes is empty, and half of the batches are left alone.
    for (let seed = 0; seed < 200; seed++) {
      const { plan } = drawn('cutmix:probability=0.5', { seed });
      expect(boxArea(plan.boxes[0]!)).toBeGreaterThan(0);
    }
  });

  it('is that of the end of a training, when a rising probability is at its highest', () => {
    expect(drawn('mixup:schedule=linear').plan).toEqual(drawn('mixup').plan);
  });

  it('is at stage 0 where a method also acts on hidden maps, and says so', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(drawn('manifold-mixup', { seed })).toMatchObject({ plan: { stage: 0 }, alsoHidden: true });
    }
    expect(drawn('mixup').alsoHidden).toBe(false);
    expect(drawn('feature-cutmix:stages=0').alsoHidden).toBe(false);
  });

  it('is refused where there is nothing to see', () => {
    expect(() => drawn('feature-cutmix:stages=1/2')).toThrow(
      'mix: expected feature-cutmix:stages=1/2 to act on the image, stage 0, got hidden maps of a network alone, ' +
        'which are no pictures; add 0 to its stages',
    );
    expect(() => drawn('mixup:probability=0')).toThrow('got none changed in 100 tries; raise its probability');
    expect(() => drawn('cutmix', { batch: 1 })).toThrow('mix: expected at least two pictures for cutmix, got one');
    expect(drawn('cutout', { batch: 1 }).plan.boxes).toHaveLength(1);
  });
});

/** Pictures as planes of these bytes, and of classes of their own. */
const picturesOf = (images: Uint8Array, classes: string[]): LabeledPictures => ({
  pictures: classes.map((_, n) => ({
    data: images.subarray(n * 3 * side * side, (n + 1) * 3 * side * side),
    height: side,
    width: side,
  })),
  labels: [...classes.keys()],
  classes,
  mean: [0.485, 0.456, 0.406],
});

it('shows a row for each picture: itself, its partner, and what each method makes of them', async () => {
  const random = stream(5);
  const images = Uint8Array.from({ length: 3 * 3 * side * side }, () => random.integer(256));
  const methods = ['cutmix', 'mixup:alpha=0.5', 'cutout'].map((text) => drawn(text, { batch: 3 }));
  const png = await drawMethods(picturesOf(images, ['cat', 'dog', 'bird']), methods);
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  // Two lines of text above; below each picture three, and 8 pixels around everything.
  const headings = 2 * 18 + 8;
  const row = 128 + 8 + 3 * 18 + 8;
  expect([info.width, info.height]).toEqual([8 + 5 * 136, 8 + headings + 3 * row]);
  const mixed = methods.map(
    ({ plan }) =>
      applyPlan({ data: images, shape: [3, 3, side, side], layout: 'NCHW' }, plan, { fill: [124, 116, 104] }).data,
  );
  const sources = [images, images, ...mixed];
  for (let n = 0; n < 3; n++) {
    sources.forEach((source, column) => {
      const picture = column === 1 ? (n + 1) % 3 : n;
      for (let pixel = 0; pixel < side * side; pixel++) {
        const y = 8 + headings + n * row + Math.floor(pixel / side) * 8 + 4;
        const x = 8 + column * 136 + (pixel % side) * 8 + 4;
        const shown = [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
        const expected = [0, 1, 2].map((c) => source[(picture * 3 + c) * side * side + pixel]!);
        if (shown.join() !== expected.join())
          expect({ n, column, pixel, shown }).toEqual({ n, column, pixel, expected });
      }
    });
  }
});

it('leaves the partners out where no method has any', async () => {
  const pictures = picturesOf(new Uint8Array(3 * side * side), ['cat']);
  const png = await drawMethods(pictures, [drawn('cutout', { batch: 1 })]);
  expect((await sharp(png).metadata()).width).toBe(8 + 2 * 136);
});
