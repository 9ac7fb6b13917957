import sharp from 'sharp';
import { expect, it } from 'vitest';
import { applyPlan, cutmix, cutout, entryOf, featureCutmix, type MixPlan, mixup } from '../mix/index.ts';
import { stream } from '../random/index.ts';
import { drawMixedBatch, type LabeledPictures, mixedCells } from './mixed-pictures.ts';

const side = 16;
const random = stream(5);
const images = Uint8Array.from({ length: 10 * 3 * side * side }, () => random.integer(256));
const classes = ['cat & dog', '<bird>'];
const batch: LabeledPictures = {
  pictures: Array.from({ length: 10 }, (_, n) => ({
    data: images.subarray(n * 3 * side * side, (n + 1) * 3 * side * side),
    height: side,
    width: side,
  })),
  labels: Array.from({ length: 10 }, (_, n) => n % 2),
  classes,
  mean: [0.2, 0.4, 0.6],
};

/** Byte (c, y, x) of image n. */
const pixelOf = (n: number, c: number, y: number, x: number) => images[((n * 3 + c) * side + y) * side + x]!;

it.each(['batch', 'sample'] as const)(
  'shows each image, its partner, and the mixture: the partner in the box and itself outside (box per %s)',
  async (granularity) => {
    const plan = cutmix({ probability: 1, granularity }).sample({ batch: 10, height: side, width: side }, stream(2))!;
    const png = await drawMixedBatch(batch, plan);
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    // Eight columns and three rows of 128 pixels with 8 between and around them, and two lines of text.
    expect([info.width, info.height]).toEqual([8 + 8 * 136, 8 + 3 * 136 + 44]);
    let pasted = 0;
    // From the second on: the first column carries the names of the rows.
    for (let n = 1; n < 8; n++) {
      const box = entryOf(plan.boxes, n);
      const partner = plan.permutation[n]!;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const inside = x >= box[0] && x < box[2] && y >= box[1] && y < box[3];
          if (inside) pasted++;
          for (const [row, source] of [n, partner, inside ? partner : n].entries()) {
            // The middle of the 8 x 8 square that stands for a pixel, which no outline reaches.
            const at = (8 + row * 136 + y * 8 + 4) * info.width + 8 + n * 136 + x * 8 + 4;
            const shown = [...data.subarray(at * 3, at * 3 + 3)];
            const expected = [0, 1, 2].map((c) => pixelOf(source, c, y, x));
            if (shown.join() !== expected.join())
              expect({ n, row, y, x, shown }).toEqual({ n, row, y, x, shown: expected });
          }
        }
      }
    }
    expect(pasted).toBeGreaterThan(0);
  },
);

const shape = { batch: 10, height: side, width: side };

/** What a blend, a box and an erased box look like on all pictures, by the plans alone. */
const applied = (plans: readonly MixPlan[]) =>
  applyPlan({ data: images, shape: [10, 3, side, side], layout: 'NCHW' }, plans, { fill: [51, 102, 153] }).data;

it('applies several plans in turn, outlines the erased boxes, and gives the labels of the one that mixes them', () => {
  const plans = [cutout().sample(shape, stream(3))!, mixup().sample(shape, stream(4))!];
  const cells = mixedCells(batch, plans);
  const all = applied(plans);
  const share = Math.round(100 * plans[1]!.lambda[0]!);
  cells.forEach(({ pixels, outlines, caption }, n) => {
    expect(pixels.data).toEqual(all.subarray(n * 3 * side * side, (n + 1) * 3 * side * side));
    expect(outlines).toEqual([{ box: plans[0]!.boxes[n], grid: { height: side, width: side }, dashed: false }]);
    expect(caption).toEqual([
      { text: classes[n % 2], ending: ` ${share} %` },
      { text: classes[plans[1]!.permutation[n]! % 2], ending: ` ${100 - share} %`, color: 'accent' },
    ]);
  });
});

it('shows erased pictures without partners and with their own label alone', async () => {
  const plan = cutout({ length: 4 }).sample(shape, stream(3))!;
  expect(mixedCells(batch, [plan]).map(({ caption }) => caption)).toEqual(
    Array.from({ length: 10 }, (_, n) => [{ text: classes[n % 2], ending: ' 100 %' }]),
  );
  // Two rows, and one line of text.
  const { height } = await sharp(await drawMixedBatch(batch, [plan])).metadata();
  expect(height).toBe(8 + 2 * 136 + 26);
});

it('shows what is mixed after a stage as it enters the network, with the box of the map dashed', async () => {
  const stages = [side, side, 8].map((size) => ({ height: size, width: size }));
  const plan = featureCutmix({ probability: 1, stages: 2 }).sample({ ...shape, stages }, stream(1))!;
  const erase = cutout().sample(shape, stream(3))!;
  const cells = mixedCells(batch, [erase, plan]);
  expect(cells.flatMap(({ pixels }) => [...pixels.data])).toEqual([...applied([erase])]);
  expect(cells[9]!.outlines![1]).toEqual({ box: plan.boxes[0], grid: { height: 8, width: 8 }, dashed: true });
  expect(cells[9]!.caption![0]!.ending).toBe(` ${Math.round(100 * plan.labelWeight[0]!)} %`);
  // The words differ, so do the bytes: nothing else names the stage.
  const after = (stage: number) => drawMixedBatch(batch, [{ ...plan, stage }]);
  expect(Buffer.compare(await after(2), await after(3))).not.toBe(0);
});

it('draws blends without a box, and samples that were left alone without their partner', () => {
  const blend = mixup().sample(shape, stream(4))!;
  expect(mixedCells(batch, [blend])[3]!.outlines).toEqual([]);
  const some = cutmix({ granularity: 'sample', probability: 0.5 }).sample(shape, stream(4))!;
  const alone = some.labelWeight.indexOf(1);
  const cell = mixedCells(batch, [some])[alone]!;
  expect([cell.outlines, cell.caption]).toEqual([[], [{ text: classes[alone % 2], ending: ' 100 %' }]]);
});
