import { type ObjectTexture, objectTextures } from '../drawn/texture.ts';

/**
 * The outlines of objects, as tests of a point against an object of radius 1 centered at 0, y downwards. All cover about
 * the same area (2.0 to 2.3), so that neither size nor brightness tells them apart. Sums, products and comparisons only.
 */
export interface Outline {
  name: string;
  /** No point of the outline is farther from the center. */
  reach: number;
  contains(x: number, y: number): boolean;
}

/** Unit vectors to the tips of a five-pointed star: (cos, sin) of -90, -18, 54, 126 and 198 degrees. */
const starTips: readonly (readonly [number, number])[] = [
  [0, -1],
  [0.9510565162951535, -0.30901699437494745],
  [0.5877852522924731, 0.8090169943749475],
  [-0.5877852522924731, 0.8090169943749475],
  [-0.9510565162951535, -0.30901699437494745],
];
const starReach = 1.2;
/** How fast an arm grows wider from its tip inwards, for inner corners at half the reach. */
const starSlope = 0.4934;

const sqrt3 = 1.7320508075688772;

export const outlines: readonly Outline[] = [
  { name: 'disc', reach: 0.85, contains: (x, y) => x * x + y * y <= 0.7225 },
  {
    name: 'triangle',
    reach: 1.25,
    contains: (x, y) => y <= 0.625 && sqrt3 * Math.abs(x) - y <= 1.25,
  },
  { name: 'star', reach: starReach, contains: insideStar },
  { name: 'cross', reach: 1.03, contains: insideCross },
];

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

/** Compares the point with the arm it is nearest to. */
function insideStar(x: number, y: number): boolean {
  let along = 0;
  let across = 0;
  for (const [tipX, tipY] of starTips) {
    const projection = x * tipX + y * tipY;
    if (projection > along) {
      along = projection;
      across = x * tipY - y * tipX;
    }
  }
  return Math.abs(across) <= (starReach - along) * starSlope;
}

/** Two bars of length 1.92 and width 0.72. */
function insideCross(x: number, y: number): boolean {
  const nearer = Math.min(Math.abs(x), Math.abs(y));
  const farther = Math.max(Math.abs(x), Math.abs(y));
  return nearer <= 0.36 && farther <= 0.96;
}
