import type { Size } from '../../geometry/index.ts';
import type { RandomStream } from '../../random/index.ts';
import { augmentImage } from '../augment.ts';
import { decodeImage, type PictureTransform, type View } from '../decode/index.ts';
import { type PictureSource, pictureName, readPicture } from '../picture-location.ts';
import { evaluationView, showsWhole, trainingView } from '../picture-view.ts';
import type { BatchRecipe } from './batch-recipe.ts';
import { keepCached, readCached } from './picture-cache.ts';

/** What of its picture an image shows, and what is odd about its file; or why the picture cannot be decoded. */
export type MadePicture = { view: View; warning?: string | undefined } | { reason: string };

/**
 * Of JPEGs in training: what differs from the exact pixels is then less than their rounding to bytes. The table of what it
 * costs is in docs/data.md.
 */
const trainingGap = 3;

/**
 * Makes image `index` of a set from its picture: decoded, and varied as the recipe says.
 *
 * @param target H * W * 3 bytes
 * @throws where the picture's file cannot be read: that is no fault of the picture; unless the recipe lists such files
 */
export async function makePicture(
  index: number,
  location: PictureSource,
  recipe: BatchRecipe,
  random: () => RandomStream,
  target: Uint8Array,
): Promise<MadePicture> {
  const { spec, fit, augment } = recipe;
  if (augment === undefined) return decodeWhole(index, location, recipe, target);
  if (!showsWhole(spec)) return decode(location, trainingView(spec, fit, augment, random), recipe, target);
  const whole = new Uint8Array(target.length);
  const made = await decodeWhole(index, location, recipe, whole);
  if ('reason' in made) return made;
  const { window: shown } = made.view;
  const { window, ...varied } = augmentImage(whole, spec, 'NHWC', augment, random(), target);
  const moved = { ...window, left: shown.left + window.left, top: shown.top + window.top };
  return { ...made, view: { ...made.view, ...varied, window: moved, shown } };
}

/** The picture before it is varied: from the cache, where it is there. */
async function decodeWhole(
  index: number,
  location: PictureSource,
  recipe: BatchRecipe,
  target: Uint8Array,
): Promise<MadePicture> {
  const { spec, fit, cropShare, cache } = recipe;
  const transform = evaluationView(spec, fit, cropShare);
  const cached: Size | undefined = cache && readCached(cache, index, target);
  if (cached !== undefined) return { view: { ...transform(cached), picture: cached } };
  const made = await decode(location, transform, recipe, target);
  if (cache !== undefined && 'view' in made) keepCached(cache, index, target, made.view.picture);
  return made;
}

async function decode(
  location: PictureSource,
  transform: PictureTransform,
  { limitPixels, augment, listUnread }: BatchRecipe,
  target: Uint8Array,
): Promise<MadePicture> {
  let contents = location.contents;
  if (!listUnread) contents ??= await readPicture(location);
  try {
    contents ??= await readPicture(location);
    let warning: string | undefined;
    const onWarning = (text: string) => {
      warning = text;
    };
    const reducingGap = augment === undefined ? undefined : trainingGap;
    const view = await decodeImage(contents, transform, target, { limitPixels, reducingGap, onWarning });
    return warning === undefined ? { view } : { view, warning };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const name = `${pictureName(location)}: `;
    return { reason: reason.startsWith(name) ? reason.slice(name.length) : reason };
  }
}
