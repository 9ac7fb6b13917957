import { decodeJpeg, hasJpegAddon, type JpegHeader, readJpegHeader } from './jpeg-addon.ts';
import { isTransposed, storedPlan, transpose, turnedSize } from './orientation.ts';
import type { OpenPicture, PicturePlan } from './picture-plan.ts';
import { resamplingOf } from './resample.ts';

/**
 * Opens a JPEG of which the addon decodes what is shown: all of the file at its full size, or, with a reducing gap, only the
 * part that is needed, at 1/2, 1/4 or 1/8 of the size where enough is left.
 *
 * With a gap, damage beyond what is shown is not seen, but that a file is cut off is: one without an end is read to its
 * last byte.
 *
 * @returns undefined where the addon cannot decode it or is not there: sharp does
 * @throws with libjpeg's message where the file is damaged before its pixels
 */
export function openJpeg(bytes: Uint8Array): OpenPicture | undefined {
  if (!hasJpegAddon) return undefined;
  const header = readJpegHeader(bytes);
  if (!header.decodable) return undefined;
  const { stored, orientation } = header;
  return {
    size: turnedSize(stored, orientation),
    orientation,
    show: (plan, target, reducingGap) => showJpeg(bytes, header, plan, target, reducingGap),
  };
}

function showJpeg(
  bytes: Uint8Array,
  { stored, orientation }: JpegHeader,
  seenPlan: PicturePlan,
  target: Uint8Array,
  reducingGap: number | undefined,
): string | undefined {
  const plan = storedPlan(seenPlan, stored, orientation);
  const denominator = denominatorFor(plan, reducingGap);
  const wholeFile = reducingGap === undefined || !endsWhole(bytes);
  const region = { picture: stored, denominator, resampling: resamplingOf(plan, denominator), wholeFile };
  const pixels = isTransposed(orientation) ? new Uint8Array(target.length) : target;
  const warning = decodeJpeg(bytes, region, pixels);
  if (isTransposed(orientation)) transpose(pixels, seenPlan.window, target);
  return warning;
}

/** The smallest size at which the box still has `reducingGap` pixels for each of the result, in both directions. */
function denominatorFor({ box, resized }: PicturePlan, reducingGap = Number.POSITIVE_INFINITY): 1 | 2 | 4 | 8 {
  const leaves = (denominator: number) =>
    box.width >= denominator * reducingGap * resized.width && box.height >= denominator * reducingGap * resized.height;
  return ([8, 4, 2] as const).find(leaves) ?? 1;
}

/**
 * Whether the end-of-image marker is the last thing in the file, but for zeros that some cameras fill it up with. A file of
 * which it is not may only have something appended.
 */
function endsWhole(bytes: Uint8Array): boolean {
  let last = bytes.length - 1;
  while (last > 0 && bytes[last] === 0) last--;
  return last > 0 && bytes[last - 1] === 0xff && bytes[last] === 0xd9;
}
