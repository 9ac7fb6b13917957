/** What of a picture is shown, as plain numbers. */
import type { Size } from '../../geometry/index.ts';
import type { ColorPlan } from './color.ts';

/** A part of a picture or of a resized one, in whole pixels. */
export interface Rectangle extends Size {
  left: number;
  top: number;
}

/**
 * What of a picture is shown: `box` of it is resized to `resized`, of which `window` is kept, mirrored where `flip` says
 * so, and then its colors changed. Drawn once (`sampleTrainingCrop`, `centerCrop`); applying it draws nothing.
 */
export interface PicturePlan {
  box: Rectangle;
  resized: Size;
  window: Rectangle;
  /** Left to right. */
  flip: boolean;
  /** Default: as they are. */
  color?: ColorPlan | undefined;
}

/** What an image shows of its picture: a plan that was applied, and the size of the picture that it was made for. */
export interface View extends PicturePlan {
  /** As it is seen: after the orientation that its EXIF data ask for. Of pixels in memory, the image itself. */
  picture: Size;
  /**
   * The part of the resized picture that the image was taken from, where its window reaches beyond: in a padded crop, what
   * lies outside of it is black. Default: all of the resized picture.
   */
  shown?: Rectangle | undefined;
}

/** Chooses what to show once the picture's size is known. */
export type PictureTransform = (picture: Size) => PicturePlan;

/**
 * EXIF's eight ways to hold a camera (tag 0x0112; 1 is upright). Pixel (x, y) of the picture as it is seen is found by
 * exchanging x and y where it is transposed, then mirroring them in the stored picture.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A picture whose header was read. */
export interface OpenPicture {
  /** As it is seen. */
  size: Size;
  /** How it is turned from what is stored to what is seen. */
  orientation: Orientation;
  /**
   * Writes what the plan shows, mirrored where it says so, colors as they are: red, green and blue of each pixel in turn.
   *
   * @param reducingGap see `DecodeOptions`
   * @returns what is odd about the file, where something is that damages no pixel
   */
  show(plan: PicturePlan, target: Uint8Array, reducingGap?: number): MaybePromise<string | undefined>;
}

export type MaybePromise<Value> = Value | Promise<Value>;

/** The whole of something of that size. */
export function whole({ width, height }: Size): Rectangle {
  return { left: 0, top: 0, width, height };
}

/** The view of an image in memory that shows all of itself. */
export function wholeView({ width, height }: Size): View {
  const size = { width, height };
  return { picture: size, box: whole(size), resized: size, window: whole(size), flip: false };
}
