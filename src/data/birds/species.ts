import { type Color, colorNamed } from '../drawn/color.ts';

/** From the one that lies lowest to the one on top. */
export const birdParts = ['tail', 'body', 'wing', 'beak', 'head'] as const;

export type BirdPart = (typeof birdParts)[number];

export interface Species {
  /** As in `red-headed blue bird`. */
  name: string;
  colors: Readonly<Record<BirdPart, Color>>;
}

/** A prime number of colors, so that lines through a plane of them meet once at most. */
const colors = ['red', 'yellow', 'green', 'blue', 'white', 'black', 'pink'].map(colorNamed);

/** Of leaves, which are no bird's. */
export const leafColors = ['orange', 'teal', 'purple', 'brown', 'gray'].map(colorNamed);

/**
 * The classes of the data set; a label is a place in this list. Part `p` of a bird has the color `start + step * p` of the
 * seven (a Reed-Solomon code): the five differ, and two classes share the color of one part at most. So no part alone
 * tells a class, and any two do.
 */
export const birdSpecies: readonly Species[] = [1, 3].flatMap((step) =>
  Array.from({ length: 6 }, (_, start) => {
    const colorOf = (part: number) => colors[(start + step * part) % colors.length]!;
    const named = Object.fromEntries(birdParts.map((part, i) => [part, colorOf(i)])) as Species['colors'];
    return { name: `${named.head.name}-headed ${named.body.name} bird`, colors: named };
  }),
);
