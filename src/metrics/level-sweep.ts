import type { Size } from '../geometry/index.ts';
import { ComponentForest } from './component-forest.ts';
import { groupBy } from './detection-table.ts';
import { checkMap } from './score-map.ts';

/**
 * What is to be known of a map's components at many thresholds, in one pass over 256 levels (a value times 255, rounded
 * down): pixels are added from the brightest to the darkest and their components joined as they meet, so that a thousand
 * thresholds cost little more than one. At a threshold t those pixels are kept whose level is above t times the largest
 * level, rounded down: what `cv2.threshold` keeps.
 *
 * Components are 8-connected.
 *
 * @param name the function, with which an error begins
 * @param map [height, width], row by row, of values in 0..1
 * @param thresholds in 0..1
 * @param read what is known of the components of the pixels that are kept; given undefined where none is
 * @returns for each threshold what `read` made of it; it is called once for each level
 * @throws where the size does not fit, or a value or a threshold is not in 0..1
 */
export function atThresholds<T>(
  name: string,
  map: Float32Array,
  size: Size,
  thresholds: readonly number[],
  read: (components: ComponentForest | undefined) => T,
): T[] {
  checkMap(name, map, size);
  const { levels, top } = levelsOf(name, map);
  const wanted = thresholds.map((threshold) => {
    if (threshold >= 0 && threshold <= 1) return Math.trunc(threshold * top);
    throw new Error(`${name}: expected thresholds in 0..1, got ${threshold}`);
  });
  const isWanted = new Set(wanted);
  const known = new Map<number, T>();
  if (isWanted.has(top)) known.set(top, read(undefined));
  const forest = new ComponentForest(size, 8);
  const { width } = size;
  const { start, members } = groupBy(levels, 256);
  for (let level = top; level > 0; level--) {
    for (let i = start[level]!; i < start[level + 1]!; i++) {
      const y = Math.floor(members[i]! / width);
      forest.add(members[i]! - y * width, y);
    }
    if (isWanted.has(level - 1)) known.set(level - 1, read(forest));
  }
  return wanted.map((level) => known.get(level)!);
}

// Plain loops: `from` and `reduce` of typed arrays take longer than all the rest.
function levelsOf(name: string, map: Float32Array): { levels: Uint8Array; top: number } {
  const levels = new Uint8Array(map.length);
  let top = 0;
  for (let i = 0; i < map.length; i++) {
    const value = map[i]!;
    if (!(value >= 0 && value <= 1)) {
      throw new Error(`${name}: expected values in 0..1, got ${value} at place ${i}; use normalizeMap first`);
    }
    levels[i] = value * 255;
    if (levels[i]! > top) top = levels[i]!;
  }
  return { levels, top };
}
