/** Simple things to paint: an outline with a surface. */
import { type Paintable, type Surface, textureAt } from './canvas.ts';
import { across, along, type Direction } from './plane.ts';

/** Whether a point, in axes along and across a patch, is inside of it. */
type Outline = (u: number, v: number, halfLength: number, halfWidth: number) => boolean;

const outlines = {
  bar: (u, v, halfLength, halfWidth) => Math.abs(u) <= halfLength && Math.abs(v) <= halfWidth,
  ellipse: (u, v, halfLength, halfWidth) =>
    (u / halfLength) * (u / halfLength) + (v / halfWidth) * (v / halfWidth) <= 1,
  /** Its tip lies in its direction. */
  triangle: (u, v, halfLength, halfWidth) => u >= -halfLength && 2 * Math.abs(v) <= (1 - u / halfLength) * halfWidth,
} satisfies Record<string, Outline>;

/** In units of the picture's side. */
export interface Patch {
  outline: keyof typeof outlines;
  x: number;
  y: number;
  halfLength: number;
  halfWidth: number;
  direction: Direction;
  /** In the patch's own units: half its length is 1. */
  surface: Surface;
}

export function patchPaint({ outline, x, y, halfLength, halfWidth, direction, surface }: Patch): Paintable {
  const contains = outlines[outline];
  const [first, second] = surface.colors;
  return {
    ...{ x, y, reach: halfLength + halfWidth },
    paint(pointX, pointY) {
      const u = along(direction, pointX - x, pointY - y);
      const v = across(direction, pointX - x, pointY - y);
      if (!contains(u, v, halfLength, halfWidth)) return undefined;
      return textureAt(surface, u / halfLength, v / halfLength) === 0 ? first.rgb : second.rgb;
    },
  };
}

/** A surface of one color. */
export function plainSurface(color: Surface['colors'][0]): Surface {
  return { texture: 'plain', colors: [color, color], period: 1, direction: [1, 0], shift: 0 };
}
