import { boxThresholds, largestBoxes, mapIous, normalizeMap, resizeMap } from '../src/metrics/index.ts';
import { stream } from '../src/random/index.ts';

const [from, to] = [
  { height: 14, width: 14 },
  { height: 224, width: 224 },
];

const boxesOf = {
  /** The largest component's box at 1,000 thresholds. */
  largest: (map: Float32Array) => largestBoxes(map, boxThresholds, { ...to, protocol: 'wsolevaluation' }),
  /** The boxes of all components, and their IoUs with a true box: what `patchwork evaluate` does with a map. */
  all: (map: Float32Array) => mapIous(map, [[30, 40, 150, 180]], { ...to, protocol: 'continuous' }),
};

/**
 * Class activation maps a second, on one core, that are resized, normalized, and become boxes at 1,000 thresholds. Maps of
 * noise, which fall into more components than real ones.
 */
export function camBoxRate(which: keyof typeof boxesOf, seconds: number): number {
  const random = stream(0, 'bench', 'cam-boxes');
  const maps = Array.from({ length: 300 }, () => Float32Array.from({ length: 14 * 14 }, () => random.normal()));
  const rate = (enough: number) => {
    const start = performance.now();
    let done = 0;
    for (; performance.now() - start < enough * 1000; done++) {
      boxesOf[which](normalizeMap(resizeMap(maps[done % maps.length]!, { from, to })));
    }
    return (1000 * done) / (performance.now() - start);
  };
  // V8 compiles what has run a while.
  rate(1);
  return rate(seconds);
}
