import { decodeJpeg, hasJpegAddon } from './jpeg-addon.ts';
import { type JpegHeader, readJpegHeader } from './jpeg-header.ts';
import { isTransposed, storedPlan, transpose, turnedSize } from './orientation.ts';
import type { OpenPicture, PicturePlan } from './picture-plan.ts';
import { resamplingOf } from './resample.ts';

/**
 * Opens a JPEG of which the addon decodes only what is shown, at 1/2, 1/4 or 1/8 of the size where that is enough.
 *
 * Damage beyond what is shown is not seen, but that a file is cut off is: one without an end is read to its last byte.
 *
 * @returns undefined where the addon cannot decode it or is not there: sharp does
 * @throws where there is no frame in the file
 */
export function openJpeg(bytes: Uint8Array): OpenPicture | undefined {
  const header = readJpegHeader(bytes);
  if (header === undefined) throw new Error('it ends or breaks off before its pixels');
  if (!hasJpegAddon || !header.usual || (header.components !== 1 && header.components !== 3)) return undefined;
  const size = turnedSize(header.stored, header.orientation);
  return { size, show: (plan, target) => showJpeg(bytes, header, plan, target) };
}

function showJpeg(bytes: Uint8Array, header: JpegHeader, seenPlan: PicturePlan, target: Uint8Array): void {
  const { stored, orientation, ends } = header;
  const plan = storedPlan(seenPlan, stored, orientation);
  const denominator = denominatorFor(plan);
  const region = { picture: stored, denominator, resampling: resamplingOf(plan, denominator), wholeFile: !ends };
  const pixels = isTransposed(orientation) ? new Uint8Array(target.length) : target;
  decodeJpeg(bytes, region, pixels);
  if (isTransposed(orientation)) transpose(pixels, seenPlan.window, target);
}

/** The smallest size at which the box still has all the pixels of the result. */
function denominatorFor({ box, resized }: PicturePlan): 1 | 2 | 4 | 8 {
  const covers = (denominator: number) =>
    box.width >= denominator * resized.width && box.height >= denominator * resized.height;
  return ([8, 4, 2] as const).find(covers) ?? 1;
}
