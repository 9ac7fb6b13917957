import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { stream } from '../random/index.ts';
import { full, type Tensor, tensor } from '../torch/index.ts';
import {
  blockMask,
  cornerChance,
  cornerCount,
  type DropBlockOptions,
  drawCorners,
  dropBlock,
  type MaskSize,
} from './drop-block.ts';
import { StepContext } from './step-context.ts';

const sizeOf = (side: number, batch = 1, channels = 1): MaskSize => ({ batch, height: side, width: side, channels });
const valuesOf = (map: Tensor) => Array.from(map.contiguous().data(), Number);
const layerOf = (options: DropBlockOptions, step: StepContext) => dropBlock(options, step).onMap!(3, 3)!;

/** By definition: a pixel is dropped where some corner lies up to block - 1 above and to its left. Channels last. */
function plainMask(corners: readonly number[], block: number, { batch, height, width, channels }: MaskSize): number[] {
  const isCorner = (image: number, row: number, column: number, channel: number) => {
    if (row < 0 || column < 0 || row > height - block || column > width - block) return false;
    const place = ((image * (height - block + 1) + row) * (width - block + 1) + column) * channels + channel;
    return corners.includes(place);
  };
  const kept: number[] = [];
  for (let image = 0; image < batch; image++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < channels; channel++) {
          let dropped = false;
          for (let row = y - block + 1; row <= y; row++)
            for (let column = x - block + 1; column <= x; column++) dropped ||= isCorner(image, row, column, channel);
          kept.push(dropped ? 0 : 1);
        }
  return kept;
}

describe('the chance of a corner', () => {
  // .1/16 * 32²/29², .1/16 * 16²/13², .1/16 * 8²/5²
  it.each([
    [32, 0.00761],
    [16, 0.0094675],
    [8, 0.016],
  ])("is the paper's gamma on a map of side %d", (side, gamma) => {
    expect(cornerChance(0.9, 4, sizeOf(side))).toBeCloseTo(gamma, 7);
  });

  it('follows both sides of a map that is not square', () => {
    const size = { batch: 1, height: 8, width: 16, channels: 1 };
    expect(cornerChance(0.9, 4, size)).toBeCloseTo((0.1 / 16) * (128 / (5 * 13)), 12);
  });
});

describe('corners', () => {
  it('are each chosen with the chance, wherever they lie, and the next one independently', () => {
    const random = stream(1, 'corners');
    const [count, chance, rounds] = [50, 0.2, 20_000];
    const times = new Array<number>(count).fill(0);
    let neighbors = 0;
    for (let round = 0; round < rounds; round++) {
      const corners = drawCorners(count, chance, random);
      corners.forEach((corner, index) => {
        times[corner]!++;
        if (corners[index + 1] === corner + 1) neighbors++;
      });
    }
    const tolerance = 6 * Math.sqrt((chance * (1 - chance)) / rounds);
    for (const time of times) expect(Math.abs(time / rounds - chance)).toBeLessThan(tolerance);
    expect(neighbors / rounds / (count - 1)).toBeCloseTo(chance ** 2, 2);
  });

  it('are all positions at chance 1 and none at chance 0', () => {
    expect(drawCorners(4, 1, stream(1))).toEqual([0, 1, 2, 3]);
    expect(drawCorners(1000, 0, stream(1))).toEqual([]);
  });
});

describe('a mask', () => {
  const sizes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    channels: fc.integer({ min: 1, max: 3 }),
  });

  it('equals a slow reference that asks of each pixel which block covers it, and counts its ones', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 4 }), fc.integer(), (size, wanted, seed) => {
        const block = Math.min(wanted, size.height, size.width);
        const corners = drawCorners(cornerCount(size, block), 0.1, stream(seed));
        const { mask, kept } = blockMask(corners, block, size);
        const plain = plainMask(corners, block, size);
        expect(Array.from(mask)).toEqual(plain);
        expect(kept).toBe(plain.reduce((sum, value) => sum + value, 0));
      }),
      { numRuns: 50 },
    );
  });

  it('has every block whole inside the map: each corner alone drops block x block pixels', () => {
    const size = { batch: 2, height: 5, width: 6, channels: 2 };
    for (let corner = 0; corner < cornerCount(size, 3); corner++) {
      expect(blockMask([corner], 3, size).kept).toBe(2 * 5 * 6 * 2 - 9);
    }
  });

  it('keeps the share that the closed form gives, a little above keep since blocks overlap', () => {
    const [side, block, keep] = [16, 4, 0.9];
    const size = sizeOf(side, 32, 32);
    const gamma = cornerChance(keep, block, size);
    const covering = (at: number) => Math.min(at, side - block) - Math.max(at - block + 1, 0) + 1;
    let closedForm = 0;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) closedForm += (1 - gamma) ** (covering(y) * covering(x)) / side ** 2;
    const random = stream(3, 'share');
    const { mask, kept } = blockMask(drawCorners(cornerCount(size, block), gamma, random), block, size);
    expect(kept / mask.length).toBeCloseTo(closedForm, 2);
    expect(closedForm).toBeGreaterThan(keep);
    expect(closedForm).toBeLessThan(keep + 0.01);
  });
});

describe('DropBlock', () => {
  const ones = full([4, 8, 16, 16], 1);

  it('scales what it keeps so that the sum stays, and the same step draws the same bytes', () => {
    const [first, second] = [1, 1].map((seed) => layerOf({}, new StepContext(seed)).forward(ones));
    expect(first!.sum().item()).toBeCloseTo(4 * 8 * 16 * 16, 1);
    const dropped = first!.eq(0).sum().item();
    expect(dropped).toBeGreaterThan(0);
    expect(new Set(valuesOf(first!))).toEqual(new Set([0, Math.fround(8192 / (8192 - dropped))]));
    expect(valuesOf(second!)).toEqual(valuesOf(first!));
    expect(valuesOf(layerOf({}, new StepContext(2)).forward(ones))).not.toEqual(valuesOf(first!));
  });

  it('does not depend on how the map lies in memory', () => {
    const last = layerOf({}, new StepContext(1)).forward(ones.contiguous({ memoryFormat: 'channels_last' }));
    expect(valuesOf(last)).toEqual(valuesOf(layerOf({}, new StepContext(1)).forward(ones)));
  });

  it('gives each channel its own blocks, or all of an image the same', () => {
    const perChannel = (channels: 'each' | 'shared') => {
      const made = layerOf({ channels }, new StepContext(1)).forward(ones);
      return new Set(made.unbind({ dim: 1 }).map((channel) => valuesOf(channel).join())).size;
    };
    expect(perChannel('each')).toBeGreaterThan(4);
    expect(perChannel('shared')).toBe(1);
  });

  it('raises the share it drops with the progress of the training, or keeps it constant', () => {
    const shareAt = (schedule: 'linear' | 'constant', progress: number) => {
      const step = new StepContext(1);
      step.progress = progress;
      return (
        layerOf({ schedule }, step)
          .forward(full([16, 16, 16, 16], 1))
          .eq(0)
          .sum()
          .item() / 65_536
      );
    };
    expect(layerOf({}, Object.assign(new StepContext(), { progress: 0 })).forward(ones)).toBe(ones);
    expect(Math.abs(shareAt('linear', 0.5) - 0.05)).toBeLessThan(0.006);
    expect(Math.abs(shareAt('linear', 1) - 0.1)).toBeLessThan(0.006);
    expect(shareAt('constant', 0.01)).toBe(shareAt('linear', 1));
  });

  it('takes a map smaller than the block as one block, without NaN where nothing is kept', () => {
    const made = layerOf({ keep: 0, block: 7 }, new StepContext()).forward(full([2, 3, 4, 4], 1));
    expect(valuesOf(made)).toEqual(new Array(96).fill(0));
  });

  it('stays in bfloat16, with the same blocks', () => {
    const made = layerOf({}, new StepContext(1)).forward(ones.to({ dtype: 'bfloat16' }));
    expect(made.dtype).toBe('bfloat16');
    const wide = layerOf({}, new StepContext(1)).forward(ones);
    expect(valuesOf(made.to({ dtype: 'float32' }).sub(wide).abs().max()).at(0)).toBeLessThan(2 ** -8);
  });

  it('passes maps through in evaluation', () => {
    expect(layerOf({}, new StepContext()).eval().forward(ones)).toBe(ones);
  });

  it('has the gradient of central differences, given its mask', () => {
    const step = new StepContext();
    const layer = layerOf({ keep: 0.7, block: 2 }, step);
    const compute = (map: Tensor) => {
      step.begin(stream(5), 1);
      return layer.forward(map).square();
    };
    expect(gradcheck(compute, [leafOf([2, 2, 4, 5])])).toBeLessThan(1e-8);
    expect(
      compute(tensor(new Float64Array(80).fill(1), { shape: [2, 2, 4, 5] }))
        .eq(0)
        .sum()
        .item(),
    ).toBeGreaterThan(0);
  });
});

describe('dropBlock', () => {
  const placesOf = (options: DropBlockOptions, stages: number) => {
    const regularizer = dropBlock(options, new StepContext());
    return Array.from({ length: stages }, (_, i) => i + 1).filter((stage) => regularizer.onMap!(stage, stages));
  };

  it('acts in the last two stages, or in those that it is given', () => {
    expect(placesOf({}, 3)).toEqual([2, 3]);
    expect(placesOf({}, 4)).toEqual([3, 4]);
    expect(placesOf({ groups: [1, 3] }, 4)).toEqual([1, 3]);
    expect(placesOf({ groups: 2 }, 3)).toEqual([2]);
    expect(() => placesOf({ groups: [3, 4] }, 3)).toThrow('dropblock: expected groups in 1..3, got 4');
  });

  it.each<[object, string]>([
    [{ kep: 0.9 }, "dropblock: unknown option 'kep'; did you mean 'keep'?"],
    [{ keep: 1.1 }, 'dropblock: expected keep to be a number in 0..1, got 1.1'],
    [{ block: 1.5 }, 'dropblock: expected block to be a whole number of at least 1, got 1.5'],
    [{ groups: [] }, 'dropblock: expected groups to be last-two or stages from 1, as in 2/3, got []'],
    [{ groups: [0, 2] }, 'got [0, 2]'],
    [{ groups: 'last' }, "got 'last'"],
    [{ channels: 'all' }, "dropblock: unknown value of channels 'all'"],
    [{ schedule: 'linar' }, "did you mean 'linear'?"],
  ])('refuses %j', (options, message) => {
    expect(() => dropBlock(options, new StepContext())).toThrow(message);
  });
});
