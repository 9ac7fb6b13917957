/** A data set of one's own, from what a program has at hand. */
import { resolveOptions } from '../options/index.ts';
import type { GroundTruthBoxes } from './boxes/ground-truth.ts';
import { checkLabels, checkLength, checkOne, checkSpec, datasetOptions } from './check-dataset.ts';
import type {
  Dataset,
  DatasetHeader,
  DrawnImages,
  EncodedPictures,
  ImageKind,
  LabeledImages,
  PixelsInMemory,
} from './dataset.ts';
import { imageBytes, type Normalization, sharedBytes, sharedIntegers } from './images.ts';
import type { PictureLocation } from './picture-location.ts';
import type { PictureFit } from './picture-view.ts';

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
      /** Paths of JPEG, PNG, WebP or TIFF files, or places in archives. */
      pictures: readonly (PictureLocation | string)[];
      /** Default `crop`. */
      fit?: PictureFit | undefined;
      /** The share of its side that evaluation shows, above 0 up to 1. Default: 224 / 256, and 1 up to 64 pixels. */
      cropShare?: number | undefined;
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
  const { images, pictures, fit, cropShare, draw, target, classes, labels, boxes, length, ...options } = resolveOptions(
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
      ? {
          pictures: pictures.map((picture) => (typeof picture === 'string' ? { path: picture } : picture)),
          fit,
          ...(cropShare !== undefined && { cropShare }),
        }
      : { draw: draw! };
  const count = images ? images.length / imageBytes(header) : (pictures?.length ?? length);
  checkLength(who, header, images, count, length);
  const set = { ...header, length: count, ...kind };
  if (target) return { ...set, target };
  checkLabels(who, count, classes, labels!);
  const integers = labels instanceof Int32Array ? labels : Int32Array.from(labels!);
  return { ...set, classes, labels: integers, ...(boxes && { boxes }), target: labelOf };
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
