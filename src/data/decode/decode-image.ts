import type { Size } from '../../geometry/index.ts';
import { applyColor } from './color.ts';
import { openJpeg } from './open-jpeg.ts';
import { type DecodedPicture, openPixels } from './open-pixels.ts';
import { openJpegWithSharp, openWithSharp } from './open-with-sharp.ts';
import { type PictureFormat, pictureFormat, UnreadPictureError } from './picture-format.ts';
import type { MaybePromise, OpenPicture, Orientation, PictureTransform, View } from './picture-plan.ts';

export interface DecodeOptions {
  /** The most pixels that a picture may have, before anything of it is decoded (default 100 million: 300 MB). */
  limitPixels?: number | undefined;
  /**
   * Lets a JPEG be decoded at 1/2, 1/4 or 1/8 of its size, where that leaves so many pixels for each pixel of the result in
   * both directions; resampling does the rest. Less is decoded so, and it is not quite the same: the larger, the nearer to
   * the exact pixels. Pillow's parameter of this name, which recommends 2 to 3. Default: always the full size, exact.
   */
  reducingGap?: number | undefined;
  /** Told what is odd about a picture that was read, where something is that damages none of its pixels. */
  onWarning?: ((warning: string) => void) | undefined;
}

/**
 * Decodes a JPEG, PNG, WebP or TIFF picture and shows of it what `transform` chooses: crop, resize, mirror, colors. JPEGs are
 * decoded by libjpeg-turbo where the addon was built with it (see `openJpeg`), everything else by sharp; both resize in
 * the same way, to the bit. The size that is checked is the one that is decoded: each reads headers itself.
 *
 * @param given the bytes of the file; or pixels that are decoded already, of which only `transform` is left to do
 * @param transform a `centerCrop` or a `sampleTrainingCrop`, say
 * @param target H * W * 3 bytes for red, green and blue of each pixel in turn, H and W those of the plan's window
 * @returns the plan that was applied, and the picture's size
 * @throws where the bytes are no picture of the four kinds, a damaged one, or one of more than `limitPixels`; the
 * message does not name the file, which only the caller knows
 */
export async function decodeImage(
  given: Uint8Array | DecodedPicture,
  transform: PictureTransform,
  target: Uint8Array,
  { limitPixels = 100_000_000, reducingGap, onWarning }: DecodeOptions = {},
): Promise<View> {
  const format = given instanceof Uint8Array ? pictureFormat(given) : 'decoded';
  const picture =
    given instanceof Uint8Array ? await named(format, () => openPicture(format, given)) : openPixels(given);
  checkSize(picture.size, limitPixels);
  const plan = transform(picture.size);
  const { width, height } = plan.window;
  if (target.length !== 3 * width * height) {
    throw new Error(`decodeImage: expected a target of ${height} x ${width} x 3 bytes, got ${target.length}`);
  }
  const warning = await named(format, () => picture.show(plan, target, reducingGap));
  if (warning !== undefined) onWarning?.(warning);
  if (plan.color !== undefined) applyColor(target, plan.color, 'NHWC');
  return { ...plan, picture: picture.size };
}

/**
 * The size of a picture as it is seen, turned as its EXIF data ask for. Only its header is read.
 *
 * @param bytes of the file
 * @throws where the bytes are no picture of the four kinds that are read, or a damaged one
 */
export async function pictureSize(bytes: Uint8Array): Promise<Size> {
  return (await pictureHeader(bytes)).size;
}

/** A picture's size as it is seen, and how what is stored is turned to it. @throws as {@link pictureSize} does */
export async function pictureHeader(bytes: Uint8Array): Promise<{ size: Size; orientation: Orientation }> {
  const format = pictureFormat(bytes);
  return named(format, () => openPicture(format, bytes));
}

function openPicture(format: PictureFormat | 'decoded', bytes: Uint8Array): MaybePromise<OpenPicture> {
  if (format !== 'jpeg') return openWithSharp(bytes);
  return openJpeg(bytes) ?? openJpegWithSharp(bytes);
}

/** Says of an error of a decoding library that it is the picture that is damaged. */
async function named<Result>(format: PictureFormat | 'decoded', body: () => MaybePromise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof UnreadPictureError) throw error;
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Error(`expected a whole ${format} picture, got one that is truncated or damaged: ${reason}`, {
      cause: error,
    });
  }
}

function checkSize({ width, height }: Size, limitPixels: number): void {
  if (width * height <= limitPixels) return;
  throw new Error(
    `expected at most ${limitPixels / 1e6} million pixels, got ${width} x ${height}; shrink the picture, or raise limitPixels`,
  );
}
