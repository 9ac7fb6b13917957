import type { Size } from '../../geometry/index.ts';
import { stream } from '../../random/index.ts';
import type { EncodedPictures, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { decodeImage, type PicturePlan } from '../decode/index.ts';
import { whole } from '../decode/picture-plan.ts';
import { imageAt, imageBytes, toPlanes } from '../images.ts';
import { BadImages } from '../loader/bad-images.ts';
import { allocateImages } from '../own-dataset.ts';
import { readPicture } from '../picture-location.ts';

/** Pictures under way at once: while one is decoded, the next are read. */
const underWay = 8;

/**
 * Of each picture a window of the set's size, not resized, every place equally likely: the random crops of ODIN's data
 * sets (Liang et al. 2018). Which part of picture `index` is shown depends on the seed and the index. Decoded now, into
 * memory.
 *
 * @returns the windows, and how many pictures could not be decoded and were left out
 * @throws naming the picture, where one cannot be read, is smaller than the window, or cannot be decoded and is not skipped
 */
export async function randomWindows(
  set: LabeledImages<EncodedPictures>,
  { seed, onBadImage = 'fail' }: { seed: number; onBadImage?: 'fail' | 'skip' | undefined },
): Promise<LabeledImages<PixelsInMemory> & { badImages: number }> {
  const { pictures } = set;
  const windows = allocateImages(set);
  const bad = new BadImages(onBadImage);
  const show = async (index: number) => {
    const { path } = pictures[index]!;
    const bytes = await readPicture({ path });
    try {
      const pixels = new Uint8Array(imageBytes(set));
      await decodeImage(bytes, (picture) => windowOf(picture, set, index, seed), pixels);
      imageAt(windows, index).set(toPlanes(pixels, set.channels));
    } catch (error) {
      if (error instanceof SmallPicture) throw new Error(`${path}: ${error.message}`, { cause: error });
      bad.add([{ index, path, reason: error instanceof Error ? error.message : String(error) }]);
    }
  };
  for (let start = 0; start < set.length; start += underWay) {
    const count = Math.min(underWay, set.length - start);
    await Promise.all(Array.from({ length: count }, (_, i) => show(start + i)));
  }
  bad.checkEpoch(set, set.length - bad.list.length);
  return { ...without(windows, new Set(bad.list.map(({ index }) => index))), badImages: bad.list.length };
}

/** The picture is whole, so that it must not be left out in silence. */
class SmallPicture extends Error {}

function windowOf(picture: Size, size: Size, index: number, seed: number): PicturePlan {
  const { width, height } = size;
  if (picture.width < width || picture.height < height) {
    throw new SmallPicture(
      `expected at least ${width} x ${height} pixels to take a window of, got ${picture.width} x ${picture.height}; ` +
        'use fit=stretch',
    );
  }
  const random = stream(seed, 'window', index);
  const left = random.integer(picture.width - width + 1);
  const top = random.integer(picture.height - height + 1);
  return { box: { left, top, width, height }, resized: { width, height }, window: whole(size), flip: false };
}

/** The others moved together, in place. All labels are the same. */
function without(set: LabeledImages<PixelsInMemory>, bad: ReadonlySet<number>): LabeledImages<PixelsInMemory> {
  const bytes = imageBytes(set);
  let length = 0;
  for (let index = 0; index < set.length; index++) {
    if (!bad.has(index)) set.images.copyWithin(bytes * length++, bytes * index, bytes * (index + 1));
  }
  return { ...set, length, images: set.images.subarray(0, bytes * length), labels: set.labels.subarray(0, length) };
}
