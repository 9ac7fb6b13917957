import type { ImageSet } from '../image-set.ts';

type Boxes = Pick<ImageSet, 'boxes' | 'drawnAt'>;

/**
 * A copy of a set with boxes that are read when they are first asked for: those of ImageNet are in 50,000 files, of which
 * training needs none. (A copy made by `...` asks for them.)
 */
export function lazyBoxes<Images extends ImageSet>(set: Images, read: () => Boxes): Images {
  let found: Boxes | undefined;
  const ask = () => {
    found ??= read();
    return found;
  };
  const properties = {
    ...Object.getOwnPropertyDescriptors(set),
    boxes: { enumerable: true, get: () => ask().boxes },
    drawnAt: { enumerable: true, get: () => ask().drawnAt },
  };
  return Object.defineProperties({}, properties) as Images;
}
