import type { ImageSet } from '../image-set.ts';

/**
 * A copy of a set with boxes that are read when they are first asked for: those of ImageNet are in 50,000 files, of which
 * training needs none. (A copy made by `...` asks for them.)
 */
export function lazyBoxes<Set extends ImageSet>(set: Set, read: () => Set['boxes']): Set {
  let found: { boxes: Set['boxes'] } | undefined;
  const get = () => {
    found ??= { boxes: read() };
    return found.boxes;
  };
  const properties = { ...Object.getOwnPropertyDescriptors(set), boxes: { enumerable: true, get } };
  return Object.defineProperties({}, properties) as Set;
}
