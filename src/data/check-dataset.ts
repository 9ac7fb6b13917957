/** What is wrong with a data set of one's own. */
import { choice, integer, type Kind, kind, number, option, text } from '../options/index.ts';
import type { GroundTruthBoxes } from './boxes/ground-truth.ts';
import { type Dataset, type DatasetHeader, type DrawnImages, dataParts } from './dataset.ts';
import { type ImageSpec, imageBytes, imageNetNormalization, type Normalization } from './images.ts';
import type { PictureLocation } from './picture-location.ts';
import { pictureFits } from './picture-view.ts';

const ofType = <Value>(expected: string, accepts: (value: unknown) => boolean): Kind<Value> =>
  kind(expected, {}, accepts);
const isFunction = (value: unknown) => typeof value === 'function';
const isNumbers = (value: unknown) => Array.isArray(value) && value.every(Number.isFinite);
const aFunction = <Value>() => ofType<Value>('a function', isFunction);

export const datasetOptions = {
  name: option(text, { default: 'data', description: 'of the data set' }),
  part: option(choice(dataParts), { default: 'train', description: 'what it is for' }),
  channels: option(integer({ min: 1, guard: 4096 }), { default: 3, description: 'of each image' }),
  height: option(integer({ min: 1, guard: 32_768 }), {
    description: 'of each image in pixels',
    otherwise: '224 for pictures',
  }),
  width: option(integer({ min: 1, guard: 32_768 }), {
    description: 'of each image in pixels',
    otherwise: 'the height',
  }),
  length: option(integer({ min: 1 }), { description: 'how many images', otherwise: 'as many as there are' }),
  normalization: option(
    ofType<Normalization>(
      'lists of numbers, mean and std',
      (value) => isNumbers((value as Normalization | null)?.mean) && isNumbers((value as Normalization).std),
    ),
    { default: imageNetNormalization, description: 'mean and standard deviation of each channel of 0..1' },
  ),
  images: option(
    ofType<Uint8Array>('a Uint8Array', (value) => value instanceof Uint8Array),
    { description: 'all pixels' },
  ),
  pictures: option(ofType<readonly (PictureLocation | string)[]>('a list of paths', Array.isArray), {
    description: 'where the encoded pictures are',
  }),
  fit: option(choice(pictureFits), { default: 'crop', description: 'what of a picture is shown' }),
  cropShare: option(number({ above: 0, max: 1 }), {
    description: 'the share of a picture that evaluation shows',
    otherwise: '224 / 256, and 1 up to 64 pixels',
  }),
  draw: option(aFunction<DrawnImages['draw']>(), { description: 'makes an image' }),
  target: option(aFunction<Dataset['target']>(), { description: 'what is to be learned of an image' }),
  classes: option(ofType<string[]>('a list of names', Array.isArray), { description: 'of the classes' }),
  labels: option(
    ofType<ArrayLike<number>>('a list of numbers', (value) =>
      Number.isInteger((value as { length?: unknown })?.length),
    ),
    { description: 'the class of each image' },
  ),
  boxes: option(aFunction<() => Promise<GroundTruthBoxes>>(), { description: 'ground-truth boxes' }),
};

/** @throws unless one of some values is there */
export function checkOne(expected: string, values: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(values).filter((name) => values[name] !== undefined);
  if (names.length === 1) return;
  throw new Error(`dataset: expected ${expected}, got ${names.length === 0 ? 'none' : names.join(' and ')}`);
}

/** @throws where pictures would not be squares in color, or a channel has no mean and deviation */
export function checkSpec(
  who: string,
  { channels, height, width, normalization }: Omit<DatasetHeader, 'length'>,
  isOfPictures: boolean,
) {
  if (isOfPictures && (channels !== 3 || height !== width)) {
    throw new Error(
      `${who}: expected square images of 3 channels, as pictures are shown, got ${channels} x ${height} x ${width}`,
    );
  }
  const { mean, std } = normalization;
  if (mean.length === channels && std.length === channels && std.every((value) => value > 0)) return;
  throw new Error(
    `${who}: expected a normalization of ${channels} means and positive standard deviations, one for each channel, ` +
      `got means [${mean.join(', ')}] and deviations [${std.join(', ')}]`,
  );
}

/** @throws where bytes are not whole images, or there are more or fewer than `length` says, or none */
export function checkLength(
  who: string,
  spec: ImageSpec,
  images: Uint8Array | undefined,
  count: number | undefined,
  length: number | undefined,
): asserts count is number {
  if (images && !Number.isInteger(count)) {
    const { channels, height, width } = spec;
    throw new Error(
      `${who}: expected whole images of ${channels} x ${height} x ${width} = ${imageBytes(spec)} bytes, ` +
        `got ${images.length} bytes`,
    );
  }
  if (count !== undefined && count > 0 && (length ?? count) === count) return;
  throw new Error(`${who}: expected ${length ?? 'one or more'} images, got ${count ?? 'no length'}`);
}

/** @throws where labels have no classes, an image has no label, or one is none of the classes */
export function checkLabels(
  who: string,
  length: number,
  classes: string[] | undefined,
  labels: ArrayLike<number>,
): asserts classes is string[] {
  if (classes === undefined || classes.length === 0) {
    throw new Error(`${who}: expected classes beside labels, got none; give their names`);
  }
  if (labels.length !== length) {
    throw new Error(`${who}: expected a label for each of ${length} images, got ${labels.length}`);
  }
  for (let index = 0; index < length; index++) {
    const label = labels[index]!;
    if (Number.isInteger(label) && label >= 0 && label < classes.length) continue;
    throw new Error(`${who}: expected labels in 0..${classes.length - 1}, got ${label} of image ${index}`);
  }
}
