/**
 * Images with their middle, or all but their middle, hidden (section 4.4 of the CutMix paper, Figure 5a).
 *
 * The paper hides with zeros and does not say whether before or after normalization. Evaluation takes zeros after it, the
 * mean color, as Cutout's holes are; black is a choice. For images that are not square, which the paper does not have,
 * the hole has their proportions, so that it can cover all of them.
 */
import type { Box, Size } from '../../geometry/index.ts';
import { checkOption, number } from '../../options/index.ts';
import { scope, type Tensor, tensor } from '../../torch/index.ts';

export type OcclusionKind = 'center' | 'boundary';

export interface OccludeOptions {
  /** `center` hides what is inside the square, `boundary` what is outside of it. */
  kind: OcclusionKind;
  /** The side of the square as a share of the image's, 0..1. */
  share: number;
  /** What is shown instead: one number in 0..1 for each channel. */
  color: readonly number[];
}

/**
 * The box in the middle of a grid with sides of a share of the grid's, rounded to whole pixels. Where an odd number of
 * rows or columns is left, there is one more after it than before.
 */
export function centeredBox({ height, width }: Size, share: number): Box {
  const [cutWidth, cutHeight] = [Math.round(share * width), Math.round(share * height)];
  const x1 = Math.floor((width - cutWidth) / 2);
  const y1 = Math.floor((height - cutHeight) / 2);
  return [x1, y1, x1 + cutWidth, y1 + cutHeight];
}

/** Images [N, C, H, W] in 0..1 with a part hidden, as a new tensor. */
export function occlude(pixels: Tensor, { kind, share, color }: OccludeOptions): Tensor {
  checkOption('occlude', 'share', number({ min: 0, max: 1 }), share);
  const { shape, dtype, device } = pixels;
  const [, channels = 0, height = 0, width = 0] = shape;
  if (color.length !== channels) {
    throw new RangeError(`occlude: expected a color of ${channels} channels, got ${color.length}`);
  }
  const [x1, y1, x2, y2] = centeredBox({ height, width }, share);
  const square = (images: Tensor) => images.narrow(2, y1, y2 - y1).narrow(3, x1, x2 - x1);
  return scope(() => {
    const hidden = tensor(color, { shape: [1, channels, 1, 1], dtype, device }).expand(shape);
    const [outside, inside] = kind === 'center' ? [pixels, hidden] : [hidden, pixels];
    const result = outside.clone({ memoryFormat: 'contiguous_format' });
    square(result).copy_(square(inside));
    return result;
  });
}
