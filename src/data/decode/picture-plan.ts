import type { ColorPlan } from './color.ts';

/** A picture's size in pixels, as it is seen: after the orientation that its EXIF data ask for. */
export interface Size {
  width: number;
  height: number;
}

/** A part of a picture or of a resized one, in whole pixels. */
export interface Rectangle extends Size {
  left: number;
  top: number;
}

/**
 * What of a picture is shown, as plain numbers: `box` of it is resized to `resized`, of which `window` is kept, mirrored
 * where `flip` says so, and then its colors changed. Drawn once (`sampleTrainingCrop`, `centerCrop`); applying it draws nothing.
 */
export interface PicturePlan {
  box: Rectangle;
  resized: Size;
  window: Rectangle;
  flip: boolean;
  /** Default: as they are. */
  color?: ColorPlan | undefined;
}

/** Chooses what to show once the picture's size is known. */
export type PictureTransform = (picture: Size) => PicturePlan;

/** The whole of something of that size. */
export function whole({ width, height }: Size): Rectangle {
  return { left: 0, top: 0, width, height };
}
