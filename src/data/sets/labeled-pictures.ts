/** What all layouts of labeled pictures share: their options, and how parts are made of what was found. */
import type { Box } from '../../geometry/index.ts';
import { choice, integer, type Kind, number, option, type ResolvedOptions } from '../../options/index.ts';
import { readOnce } from '../boxes/ground-truth.ts';
import type { DataParts, EncodedPictures, LabeledImages, Part, PassedOver } from '../dataset.ts';
import { hashSplit } from '../hash-split.ts';
import { dataset } from '../own-dataset.ts';
import type { PictureLocation } from '../picture-location.ts';
import { pictureFits } from '../picture-view.ts';

/** The pictures of each class; the order of both is the order of the set. */
export type PicturesByClass = ReadonlyMap<string, readonly PictureLocation[]>;

/** A picture and the name of its class. */
export interface LabeledPicture {
  location: PictureLocation;
  className: string;
}

/** What was found in a folder or an archive: its training pictures, and others if it has any. */
export interface FoundPictures {
  train: PicturesByClass;
  validation?: PicturesByClass | undefined;
  /** Default: a share of the training pictures. */
  test?: PicturesByClass | undefined;
  /** The boxes of the pictures, in their own pixels; one that is not named has none. Default: no boxes are known. */
  boxes?: ReadonlyMap<PictureLocation, readonly Box[]> | undefined;
  passedOver?: readonly PassedOver[] | undefined;
}

const sizeKind: Kind<number> = { ...integer({ min: 8, guard: 4096 }), expected: 'a whole number of at least 8 pixels' };

/** How pictures are shown. @param size the height and width that they have unless it is said otherwise */
export const viewOptions = (size = 224) => ({
  size: option(sizeKind, { default: size, description: 'height and width of the images in pixels' }),
  fit: option(choice(pictureFits), {
    default: 'crop',
    description: 'what of a picture is shown: crop keeps its proportions, stretch makes it a square',
  }),
  cropShare: option(number({ above: 0, max: 1 }), {
    description: 'the share of the resized picture that evaluation shows; it leaves a border out',
    otherwise: '0.875, and 1 for images up to 64 pixels',
  }),
});

/** {@link viewOptions}, and what is measured on where the data does not say. */
export const pictureOptions = (size?: number) => ({
  ...viewOptions(size),
  testShare: option(number({ above: 0, below: 1 }), {
    description: 'where there are no pictures to measure on: the share of each class that is set aside for it',
    otherwise: '0.2',
  }),
});

/** Options of pictures with all defaults. */
export type PictureOptions = Pick<ResolvedOptions<ReturnType<typeof pictureOptions>>, 'size' | 'fit'> & {
  cropShare?: number | undefined;
  testShare?: number | undefined;
  seed: number;
};

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
 * The parts of a set of pictures. Without pictures to measure on, `testShare` of each class is set aside by seed.
 *
 * @param where the folder or archive, for error messages
 * @throws where testShare would be ignored, where there are fewer than two classes, where one is empty, where two differ
 * only in case or in how Unicode composes their letters, and where a class to measure on is not one to learn
 */
export function labeledPictures(
  where: string,
  name: string,
  { train, validation, test, boxes, passedOver }: FoundPictures,
  { size, fit, cropShare, testShare, seed }: PictureOptions,
): DataParts<LabeledImages<EncodedPictures>> {
  if (test && testShare !== undefined) {
    throw new Error(`${where}: expected no testShare, since there are pictures to measure on; leave it out`);
  }
  const classes = [...train.keys()];
  checkClasses(where, classes, [validation, test]);
  // A name is written in two ways where one machine composes its letters and another does not.
  const labelOf = new Map(classes.map((name, label) => [name.normalize('NFC'), label]));
  const partOf = (part: Part, pictures: PicturesByClass) => {
    const labeled = [...pictures].flatMap(([className, locations]) => {
      const label = labelOf.get(className.normalize('NFC'))!;
      return locations.map((location) => ({ location, label }));
    });
    const locations = labeled.map(({ location }) => location);
    return dataset({
      name,
      part,
      height: size,
      fit,
      cropShare,
      pictures: locations,
      classes,
      labels: labeled.map(({ label }) => label),
      boxes: boxes && readOnce(() => ({ boxes: locations.map((location) => boxes.get(location) ?? []) })),
    });
  };
  const all = partOf('train', train);
  const others = {
    ...(validation && { validation: partOf('validation', validation) }),
    ...(passedOver && { passedOver }),
  };
  if (test) return { train: all, ...others, test: partOf('test', test) };
  const { rest, aside } = hashSplit(where, all, { share: testShare ?? 0.2, seed, key: 'split' });
  return { train: rest, ...others, test: { ...aside, part: 'test' } };
}

function checkClasses(
  where: string,
  classes: readonly string[],
  others: readonly (PicturesByClass | undefined)[],
): void {
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
      const isSame = twin.normalize('NFC') === name.normalize('NFC');
      const more = isSame ? 'how Unicode composes their letters' : 'case';
      throw new Error(
        `${where}: expected class names that differ in more than ${more}, got '${twin}' and '${name}'; merge or rename them`,
      );
    }
    seen.set(folded, name);
  }
  const known = new Set(classes.map((name) => name.normalize('NFC')));
  const unknown = others
    .flatMap((found) => [...(found?.keys() ?? [])])
    .filter((name) => !known.has(name.normalize('NFC')));
  if (unknown.length > 0) {
    throw new Error(
      `${where}: expected the classes to measure on to be among the ${classes.length} to learn, got '${unknown[0]}'` +
        `${unknown.length > 1 ? ` and ${unknown.length - 1} more` : ''}; rename or remove it, or add training pictures of it`,
    );
  }
}
