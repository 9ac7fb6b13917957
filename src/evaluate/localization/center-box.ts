/** What a box in the middle of every image gets, without any network: the floor to compare networks with. */
import type { Box, Size } from '../../geometry/index.ts';
import { boxThresholds, iou, largestBoxes, localizationAccuracy, type MapIous } from '../../metrics/index.ts';
import { MaxBoxAccAccumulator } from './max-box-acc-accumulator.ts';

/**
 * Under the paper's protocol, which leaves no choice of a threshold, the box has half of the image's area: its IoU is above
 * 0.5 with every centered box between a quarter of the image and all of it, more than any other has. Under the swept one
 * it has, for each IoU, the size that is best for the whole set, as the centered Gaussian of Choe et al. 2020 does.
 *
 * @param truths of each image, in continuous pixels
 */
export function centerBoxes(
  truths: readonly (readonly Box[])[],
  size: Size,
): { gtKnownLocalization: number; maxBoxAccuracyV2: number } {
  const half = centered(Math.SQRT1_2, size);
  const boxes = largestBoxes(pyramid(size), boxThresholds, { height: size.height, width: size.width });
  const counts = new MaxBoxAccAccumulator();
  for (const boxesOfImage of truths) counts.add(iousOf(boxes, boxesOfImage));
  return {
    gtKnownLocalization: localizationAccuracy(
      truths.map((boxesOfImage) => ({ groundTruth: boxesOfImage, predicted: half, rightClass: true })),
    ).gtKnown,
    maxBoxAccuracyV2: counts.result().maxBoxAccuracyV2,
  };
}

/** A box in the middle, with that share of the image's sides. */
function centered(share: number, { height, width }: Size): Box {
  const [x, y] = [((1 - share) / 2) * width, ((1 - share) / 2) * height];
  return [x, y, width - x, height - y];
}

/** A map that falls evenly from 1 in the middle to 0 at the border: thresholds of it are centered boxes of all sizes. */
function pyramid({ height, width }: Size): Float32Array {
  const fromBorder = (place: number, length: number) => 1 - Math.abs((2 * place + 1) / length - 1);
  return Float32Array.from({ length: height * width }, (_, i) =>
    Math.min(fromBorder(i % width, width), fromBorder(Math.floor(i / width), height)),
  );
}

/** Many thresholds have the same box. */
function iousOf(boxes: readonly Box[], truths: readonly Box[]): MapIous {
  const known = new Map<Box, number>();
  const ious = Float32Array.from(boxes, (box) => {
    const found = known.get(box) ?? Math.max(...truths.map((truth) => iou(box, truth)));
    known.set(box, found);
    return found;
  });
  return { largest: ious, any: ious };
}
