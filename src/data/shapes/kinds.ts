import { type Outline, outlines } from './outline.ts';
import { type ObjectTexture, objectTextures } from './texture.ts';

/** A kind of object is an outline with a texture: neither alone tells which of the 16 classes an object has. */
export interface Kind {
  /** As in `striped disc`. */
  name: string;
  outline: Outline;
  texture: ObjectTexture;
}

/** The classes of the data set; a label is a place in this list. */
export const kinds: readonly Kind[] = outlines.flatMap((outline) =>
  objectTextures.map((texture) => ({ name: `${texture} ${outline.name}`, outline, texture })),
);
