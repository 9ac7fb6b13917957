import type { Size } from '../../geometry/index.ts';
import type { RandomStream } from '../../random/index.ts';
import { type ColorOptions, sampleColor } from './color.ts';
import { type PicturePlan, type Rectangle, whole } from './picture-plan.ts';

/** How a picture is varied in training: ImageNet's recipe, as the paper's code has it. */
export interface TrainingCropOptions {
  /** Height and width of the result (default 224). */
  size?: number | undefined;
  /** The crop's area is uniform between these shares of the picture's (default 0.08 to 1). */
  scale?: readonly [least: number, most: number] | undefined;
  /** Its width over its height is between these, uniform in the logarithm (default 3/4 to 4/3). */
  ratio?: readonly [least: number, most: number] | undefined;
  /** Mirror half of the pictures (default true). */
  flip?: boolean | undefined;
  /** Color jitter and PCA lighting (default: both, at the paper's strengths); false leaves the colors as they are. */
  color?: ColorOptions | false | undefined;
}

/** Crops that are tried before the middle is taken. */
const tries = 10;

/**
 * Draws a random crop that is resized to a square, a flip and a change of colors: torchvision's `RandomResizedCrop` and
 * `RandomHorizontalFlip`, then the jitter and lighting of CutMix-PyTorch's train.py. (The paper's text, section 4.1.1,
 * names only resizing, cropping and flipping.) The same numbers are drawn whatever `flip` and `color` are.
 *
 * @param picture as it is seen, in pixels
 * @returns a plan for an image of size x size; the middle of the picture where ten crops of the allowed ratios do not fit
 */
export function sampleTrainingCrop(
  picture: Size,
  random: RandomStream,
  { size = 224, scale = [0.08, 1], ratio = [3 / 4, 4 / 3], flip = true, color = {} }: TrainingCropOptions = {},
): PicturePlan {
  const box = randomBox(picture, random, scale, ratio);
  const mirrored = random.uniform() < 0.5;
  const colors = sampleColor(random, color || {});
  const resized = { width: size, height: size };
  return {
    box,
    resized,
    window: whole(resized),
    flip: mirrored && flip,
    ...(color === false ? {} : { color: colors }),
  };
}

/** torchvision's `RandomResizedCrop.get_params`. */
function randomBox(
  picture: Size,
  random: RandomStream,
  scale: readonly [number, number],
  ratio: readonly [number, number],
): Rectangle {
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  for (let attempt = 0; attempt < tries; attempt++) {
    const area = picture.width * picture.height * between(...scale);
    const aspect = Math.exp(between(Math.log(ratio[0]), Math.log(ratio[1])));
    const width = Math.round(Math.sqrt(area * aspect));
    const height = Math.round(Math.sqrt(area / aspect));
    if (width < 1 || width > picture.width || height < 1 || height > picture.height) continue;
    const top = random.integer(picture.height - height + 1);
    const left = random.integer(picture.width - width + 1);
    return { left, top, width, height };
  }
  return middleBox(picture, ratio);
}

/** The largest part around the middle whose ratio is allowed. */
function middleBox(picture: Size, [least, most]: readonly [number, number]): Rectangle {
  const width = Math.max(1, Math.min(picture.width, Math.round(picture.height * most)));
  const height = Math.max(1, Math.min(picture.height, Math.round(picture.width / least)));
  return { left: (picture.width - width) >> 1, top: (picture.height - height) >> 1, width, height };
}
