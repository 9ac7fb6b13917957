/** A data set of one's own, from what a program has at hand. */
import { choice, integer, type Kind, kind, option, resolveOptions, text } from '../options/index.ts';
import type { GroundTruthBoxes } from './boxes/ground-truth.ts';
import {
  type Dataset,
  type DatasetHeader,
  type DrawnImages,
  dataParts,
  type EncodedPictures,
  type ImageKind,
  type LabeledImages,
  type PixelsInMemory,
} from './dataset.ts';
import {
  type ImageSpec,
  imageBytes,
  imageNetNormalization,
  type Normalization,
  sharedBytes,
  sharedIntegers,
} from './images.ts';
import type { PictureLocation } from './picture-location.ts';
import { type PictureFit, pictureFits } from './picture-view.ts';

const ofType = <Value>(expected: string, accepts: (value: unknown) => boolean): Kind<Value> =>
  kind(expected, {}, accepts);
const isFunction = (value: unknown) => typeof value === 'function';
const isNumbers = (value: unknown) => Array.isArray(value) && value.every(Number.isFinite);
const aFunction = <Value>() => ofType<Value>('a function', isFunction);

const datasetOptions = {
  name: option(text, { default: 'data', description: 'of the data set' }),
  part: option(choice(dataParts), { default: 'train', description: 'what it is for' }),
  channels: option(integer({ min: 1 }), { default: 3, description: 'of each image' }),
  height: option(integer({ min: 1 }), { description: 'of each image in pixels', otherwise: '224 for pictures' }),
  width: option(integer({ min: 1 }), { description: 'of each image in pixels', otherwise: 'the height' }),
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

interface OwnHeader {
  /** Default `data`. */
  name?: string | undefined;
  /** Default `train`. */
  part?: DatasetHeader['part'] | undefined;
  /** Default 3. */
  channels?: number | undefined;
  /** In pixels. Default for pictures: 224, else needed. */
  height?: number | undefined;
  /** In pixels. Default: the height. */
  width?: number | undefined;
  /** Default: ImageNet's. */
  normalization?: Normalization | undefined;
}

type OwnImages =
  | { /** N * C * H * W bytes, one image after the other as channels, rows, columns. */ images: Uint8Array }
  | {
      /** Paths of JPEG, PNG or WebP files, or places in archives. */
      pictures: readonly (PictureLocation | string)[];
      /** Default `crop`. */
      fit?: PictureFit | undefined;
    }
  | ({ /** How many images. */ length: number } & DrawnImages);

/** What {@link dataset} takes of images whose target is anything. */
export type DatasetOptions<Target> = OwnHeader & OwnImages & { target(index: number): Target | Promise<Target> };

/** What {@link dataset} takes of images that belong to one class each. */
export type LabeledImagesOptions = OwnHeader &
  OwnImages & {
    classes: string[];
    /** One for each image, in 0 .. classes.length - 1. */
    labels: ArrayLike<number>;
    boxes?: (() => Promise<GroundTruthBoxes>) | undefined;
  };

type KindOf<Options> = Options extends { images: Uint8Array }
  ? PixelsInMemory
  : Options extends { pictures: unknown }
    ? EncodedPictures
    : DrawnImages;

/**
 * One part of a data set of one's own, checked, with defaults filled in: pixels in memory (`images`), encoded pictures
 * (`pictures`), or images that a program makes (`draw`); with a `target` for each, or `classes` and `labels`.
 *
 * ```ts
 * const train = dataset({ pictures: paths, height: 128, target: (index) => ages[index] });
 * ```
 *
 * @param options pixels that are not in shared memory are copied into it
 * @throws where an option is unknown, missing or of another kind, where numbers of images or bytes do not agree, and where
 * a label is none of the classes
 */
export function dataset<Options extends LabeledImagesOptions>(options: Options): LabeledImages<KindOf<Options>>;
export function dataset<Options extends DatasetOptions<unknown>>(
  options: Options,
): Dataset<Awaited<ReturnType<Options['target']>>, KindOf<Options>>;
export function dataset(given: DatasetOptions<unknown> | LabeledImagesOptions): Dataset | LabeledImages {
  const { images, pictures, fit, draw, target, classes, labels, boxes, length, ...options } = resolveOptions(
    'dataset',
    datasetOptions,
    given,
  );
  const who = `${options.name} ${options.part}`;
  checkOne('images, pictures or draw', { images, pictures, draw });
  checkOne('target, or classes and labels', { target, labels });
  const height = options.height ?? (pictures && 224);
  if (height === undefined) throw new Error(`dataset: expected height in pixels of ${who}, got none; give it`);
  const header = { ...options, height, width: options.width ?? height };
  checkSpec(who, header, pictures !== undefined);
  const kind: ImageKind = images
    ? { images: shared(images) }
    : pictures
      ? { pictures: pictures.map((picture) => (typeof picture === 'string' ? { path: picture } : picture)), fit }
      : { draw: draw! };
  const count = images ? images.length / imageBytes(header) : (pictures?.length ?? length);
  checkLength(who, header, images, count, length);
  const set = { ...header, length: count!, ...kind };
  if (target) return { ...set, target };
  return { ...set, ...labelsOf(who, count!, classes, labels!), ...(boxes && { boxes }), target: labelOf };
}

/** The target of an image of a class. No closure: of a copy of the set with other labels, these count. */
function labelOf(this: LabeledImages, index: number): number {
  return this.labels[index]!;
}

/** A set in zeroed shared memory, to be filled in; all labels are 0. @throws where a number is none of a size */
export function allocateImages(header: DatasetHeader & { classes: string[] }): LabeledImages<PixelsInMemory> {
  const { length, name, part, channels, height, width, normalization, classes } = header;
  const images = sharedBytes(length * imageBytes(header));
  const labels = sharedIntegers(length);
  return { ...dataset({ name, part, channels, height, width, normalization, classes, images, labels }), length };
}

function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = sharedBytes(bytes.length);
  copy.set(bytes);
  return copy;
}

function checkOne(expected: string, values: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(values).filter((name) => values[name] !== undefined);
  if (names.length === 1) return;
  throw new Error(`dataset: expected ${expected}, got ${names.length === 0 ? 'none' : names.join(' and ')}`);
}

function checkSpec(
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

function checkLength(
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

function labelsOf(who: string, length: number, classes: string[] | undefined, labels: ArrayLike<number>) {
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
  return { classes, labels: labels instanceof Int32Array ? labels : Int32Array.from(labels) };
}
