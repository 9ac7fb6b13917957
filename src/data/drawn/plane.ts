/**
 * Places and directions of drawn pictures. Nothing but sums, products, quotients, square roots and comparisons of doubles is
 * used in plans and in painting, which IEEE 754 and JavaScript define to the last bit; sines, powers and exponentials,
 * which they do not, are avoided.
 */
import type { RandomStream } from '../../random/index.ts';

/** A unit vector. */
export type Direction = readonly [x: number, y: number];

/** The coordinates of (x, y) in axes turned to `direction`. */
export function along(direction: Direction, x: number, y: number): number {
  return x * direction[0] + y * direction[1];
}

export function across(direction: Direction, x: number, y: number): number {
  return y * direction[0] - x * direction[1];
}

/** Turned by an angle of this tangent, downwards where it is above 0. */
export function tilted(tangent: number): Direction {
  const length = Math.sqrt(1 + tangent * tangent);
  return [1 / length, tangent / length];
}

/** A uniformly random direction: a point of the unit disc, brought to length 1 without a sine. */
export function drawDirection(random: RandomStream): Direction {
  for (;;) {
    const x = 2 * random.uniform() - 1;
    const y = 2 * random.uniform() - 1;
    const squared = x * x + y * y;
    if (squared > 0.01 && squared <= 1) return [x / Math.sqrt(squared), y / Math.sqrt(squared)];
  }
}

export function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
