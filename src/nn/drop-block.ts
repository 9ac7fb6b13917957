import {
  choice,
  define,
  either,
  integer,
  listOf,
  methodText,
  number,
  type OptionsOf,
  option,
  type ResolvedOptions,
} from '../options/index.ts';
import type { RandomStream } from '../random/index.ts';
import { emptyLike, type Tensor, tensor } from '../torch/index.ts';
import { Module } from './module.ts';
import type { Regularizer } from './regularizer.ts';
import type { StepContext } from './step-context.ts';

const groupList = 'last-two or stages from 1, as in 2/3';
const stage = integer({ min: 1 });

const options = {
  keep: option(number({ min: 0, max: 1 }), { default: 0.9, description: 'share of a map that is kept' }),
  block: option(integer({ min: 1 }), {
    default: 4,
    description: 'side of a block in pixels of the map; a smaller map is one block',
  }),
  groups: option(either(choice(['last-two']), either(stage, listOf(stage, groupList, { min: 1 })), groupList), {
    default: 'last-two',
    description: 'the stage or stages where it acts, from 1',
  }),
  channels: option(choice(['each', 'shared']), {
    default: 'each',
    description: 'whether each channel has its own blocks, or all of an image share them',
  }),
  schedule: option(choice(['linear', 'constant']), {
    default: 'linear',
    description: 'linear: the share kept falls from 1 to keep over the training',
  }),
};

export type DropBlockOptions = OptionsOf<typeof options>;
type Resolved = ResolvedOptions<typeof options>;

export const dropBlockMethod = define({
  name: 'dropblock',
  description: 'square blocks of hidden maps are set to zero',
  options,
  make: ({ keep, block, groups, channels, schedule }: Resolved, step: StepContext): Regularizer => ({
    name: 'dropblock',
    text: methodText('dropblock', { keep, block, groups, channels, schedule }),
    onMap: (stage, stages) => {
      const active: readonly number[] = groups === 'last-two' ? [stages - 1, stages] : [groups].flat();
      const beyond = active.find((group) => group > stages);
      if (beyond !== undefined) throw new Error(`dropblock: expected groups in 1..${stages}, got ${beyond}`);
      return active.includes(stage) ? new DropBlock({ keep, block, channels, schedule }, step) : null;
    },
  }),
});

/**
 * DropBlock (Ghiasi, Lin and Le 2018, section 3): square blocks of maps are set to zero in training, and the rest is
 * scaled by count / count of ones, over the whole batch. Nothing happens in evaluation.
 *
 * The CutMix paper gives keep 0.9 and block 4 for CIFAR, and no more. Chosen here, after the DropBlock paper and its TPU
 * code: the last two stages (that code's groups 3 and 4), there after every convolution and on every shortcut, each channel
 * by itself, the linear schedule. That code drops a quarter of the last stage's share in the stage before it; here every
 * stage has the same, the one number of the paper.
 *
 * @throws where an option is unknown or out of range
 */
export function dropBlock(given: DropBlockOptions, step: StepContext): Regularizer {
  return dropBlockMethod.make(given, step);
}

class DropBlock extends Module {
  readonly #options: Omit<Resolved, 'groups'>;
  readonly #step: StepContext;

  constructor(options: Omit<Resolved, 'groups'>, step: StepContext) {
    super();
    this.#options = options;
    this.#step = step;
  }

  /** Maps [N, C, H, W] to the same. */
  forward(map: Tensor): Tensor {
    const { keep: target, schedule, channels: whose } = this.#options;
    const keep = schedule === 'linear' ? 1 - (1 - target) * this.#step.progress : target;
    if (!this.training || keep === 1) return map;
    const [batch, channels, height, width] = map.shape as [number, number, number, number];
    const size = { batch, height, width, channels: whose === 'each' ? channels : 1 };
    const block = Math.min(this.#options.block, height, width);
    const corners = drawCorners(cornerCount(size, block), cornerChance(keep, block, size), this.#step.random);
    const { mask, kept } = blockMask(corners, block, size);
    // A batch of which nothing is kept stays zero. In bfloat16 the scale is rounded with the mask, to 0.4%.
    const scale = mask.length / Math.max(kept, 1);
    const factors = tensor(mask, { shape: [batch, height, width, size.channels] }).permute([0, 3, 1, 2]);
    return map.mul(emptyLike(map.detach()).copy_(factors).mul_(scale));
  }

  override describe(): string {
    const { keep, block, channels } = this.#options;
    return `keep ${keep}, block ${block}, channels ${channels}`;
  }
}

/** Of a mask, which lies in memory as [batch, height, width, channels]: the order of channels_last maps. */
export interface MaskSize {
  batch: number;
  height: number;
  width: number;
  channels: number;
}

/** How many positions there are where a whole block fits. */
export function cornerCount({ batch, height, width, channels }: MaskSize, block: number): number {
  return batch * (height - block + 1) * (width - block + 1) * channels;
}

/** The paper's gamma: the chance of each such position to be a corner of a block, for about 1 - `keep` to be dropped. */
export function cornerChance(keep: number, block: number, { height, width }: MaskSize): number {
  const fitting = (height - block + 1) * (width - block + 1);
  return ((1 - keep) / block ** 2) * ((height * width) / fitting);
}

/**
 * The positions below `count` that are chosen, each with `chance` and independently. The gaps between chosen ones are
 * geometric, so that one number is drawn per block instead of one per pixel. With the blocks then written one by one, a
 * mask takes a fifth of the time (less in contiguous maps) of `bernoulli_` on all positions and a max pool over them.
 */
export function drawCorners(count: number, chance: number, random: RandomStream): number[] {
  const logMiss = Math.log1p(-chance);
  const gap = () => Math.floor(Math.log(1 - random.uniform()) / logMiss);
  const corners: number[] = [];
  for (let corner = gap(); corner < count; corner += 1 + gap()) corners.push(corner);
  return corners;
}

/** 0 in every block, 1 elsewhere, and how many ones there are. A corner is a position of {@link cornerCount}'s, its top left. */
export function blockMask(corners: readonly number[], block: number, { batch, height, width, channels }: MaskSize) {
  const [rows, columns] = [height - block + 1, width - block + 1];
  const mask = new Uint8Array(batch * height * width * channels).fill(1);
  let kept = mask.length;
  for (const corner of corners) {
    const channel = corner % channels;
    const column = Math.floor(corner / channels) % columns;
    const row = Math.floor(corner / (channels * columns)) % rows;
    const image = Math.floor(corner / (channels * columns * rows));
    for (let y = row; y < row + block; y++) {
      for (let x = column; x < column + block; x++) {
        const place = ((image * height + y) * width + x) * channels + channel;
        kept -= mask[place]!;
        mask[place] = 0;
      }
    }
  }
  return { mask, kept };
}
