/** Height and width in pixels: of a picture, an image, a map or a grid of boxes. */
export interface Size {
  height: number;
  width: number;
}
