import type { Box } from '../geometry/index.ts';
import { type DataSource, type Normalization, type PictureSet, sharedIntegers } from './image-set.ts';
import type { PictureLocation } from './picture-location.ts';
import type { PictureFit } from './picture-view.ts';
import { stratifiedSplit } from './stratified-split.ts';

/** The pictures of each class; the order of both is the order of the set. */
export type PicturesByClass = ReadonlyMap<string, readonly PictureLocation[]>;

/** A picture and the name of its class. */
export interface LabeledPicture {
  location: PictureLocation;
  className: string;
}

/** What was found in a folder or an archive: its training pictures, and those to measure on if it has any. */
export interface FoundPictures {
  train: PicturesByClass;
  test?: PicturesByClass | undefined;
  /** The true boxes of the pictures, in their own pixels; one that is not named has none. Default: no boxes are known. */
  boxes?: ReadonlyMap<PictureLocation, readonly Box[]> | undefined;
}

export interface PictureOptions {
  /**
   * Height and width of the images in pixels (default 224, at least 8). Up to 64, pictures are resized whole and varied
   * as CIFAR's are; above, random parts of them are, as in ImageNet's recipe: see `AugmentOptions`.
   */
  size?: number | undefined;
  /** What of a picture is shown (default `'crop'`). See `PictureFit`. */
  fit?: PictureFit | undefined;
  /** Where there is no validation data: the share of each class's pictures to measure on, in 0..1 (default 0.2). */
  testShare?: number | undefined;
  /** Chooses those pictures (default 0). */
  seed?: number | undefined;
}

/** ImageNet's mean and standard deviation, as the official code uses them (train.py of CutMix-PyTorch). */
export const imageNetNormalization: Normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/**
 * Pictures by class, those of each in the order in which they come.
 *
 * @param order of all classes; those without a picture are left out
 */
export function picturesByClass(pictures: readonly LabeledPicture[], order: readonly string[]): PicturesByClass {
  const found = new Map<string, PictureLocation[]>(order.map((name) => [name, []]));
  for (const { className, location } of pictures) found.get(className)!.push(location);
  return new Map([...found].filter(([, { length }]) => length > 0));
}

/**
 * The two splits of a set of pictures. Without validation pictures, `testShare` of each class is set aside by seed.
 *
 * @param where the folder or archive, for error messages
 * @throws where an option is out of range or would be ignored, where there are fewer than two classes, where one is empty, where two differ
 * only in case, and where a class to measure on is not one to learn
 */
export function pictureSource(
  where: string,
  name: string,
  found: FoundPictures,
  { size = 224, fit = 'crop', testShare, seed = 0 }: PictureOptions = {},
): DataSource<PictureSet> {
  if (!Number.isInteger(size) || size < 8) {
    throw new Error(`${where}: expected size to be a whole number of at least 8 pixels, got ${size}`);
  }
  if (found.test && testShare !== undefined) {
    throw new Error(`${where}: expected no testShare, since there are pictures to measure on; leave it out`);
  }
  checkClasses(where, found);
  const { train, test = new Map() } = found.test ? found : stratifiedSplit(where, found.train, testShare ?? 0.2, seed);
  const classes = [...found.train.keys()];
  const setOf = (split: PictureSet['split'], pictures: PicturesByClass) =>
    pictureSet({ name, split, classes, channels: 3, height: size, width: size, fit }, pictures, found.boxes);
  return { train: setOf('train', train), test: setOf('test', test) };
}

function pictureSet(
  header: Pick<PictureSet, 'name' | 'split' | 'classes' | 'channels' | 'height' | 'width' | 'fit'>,
  byClass: PicturesByClass,
  boxesOf: FoundPictures['boxes'],
): PictureSet {
  const labeled = [...byClass].flatMap(([name, pictures]) => {
    const label = header.classes.indexOf(name);
    return pictures.map((picture) => ({ picture, label }));
  });
  const labels = sharedIntegers(labeled.length);
  labels.set(labeled.map(({ label }) => label));
  const pictures = labeled.map(({ picture }) => picture);
  const boxes = boxesOf && pictures.map((picture) => boxesOf.get(picture) ?? []);
  return { ...header, length: labels.length, normalization: imageNetNormalization, labels, pictures, boxes };
}

function checkClasses(where: string, { train, test = new Map() }: FoundPictures): void {
  const classes = [...train.keys()];
  if (classes.length === 0) throw new Error(`${where}: expected pictures with labels, got none`);
  if (classes.length < 2) {
    throw new Error(
      `${where}: expected two classes or more to tell apart, got only '${classes[0]}'; add pictures of ` +
        'what is to be told from it',
    );
  }
  const seen = new Map<string, string>();
  for (const name of classes) {
    const folded = name.normalize('NFC').toLowerCase();
    const twin = seen.get(folded);
    if (twin !== undefined) {
      throw new Error(
        `${where}: expected class names that differ in more than case, got '${twin}' and '${name}'; merge or rename them`,
      );
    }
    seen.set(folded, name);
  }
  const unknown = [...test.keys()].filter((name) => !train.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `${where}: expected the classes to measure on to be among the ${classes.length} to learn, got '${unknown[0]}'` +
        `${unknown.length > 1 ? ` and ${unknown.length - 1} more` : ''}; rename or remove it, or add training pictures of it`,
    );
  }
}
