import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { largestBoxes, normalizeMap, resizeMap } from '../../src/metrics/index.ts';

const golden = JSON.parse(readFileSync(new URL('./map-boxes.golden.json', import.meta.url), 'utf8')) as {
  from: [height: number, width: number];
  to: [height: number, width: number];
  maps: { map: number[]; boxes: number[][] }[];
};

it('has the boxes that OpenCV makes of class maps at every hundredth, but for rounding at a level and for holes', () => {
  const [from, to] = [golden.from, golden.to].map(([height, width]) => ({ height, width }));
  const thresholds = Array.from({ length: 100 }, (_, i) => i / 100);
  const [all, equal] = golden.maps.reduce(
    ([count, same], { map, boxes }) => {
      const shown = normalizeMap(resizeMap(Float32Array.from(map), { from: from!, to: to! }));
      const ours = largestBoxes(shown, thresholds, { ...to!, protocol: 'wsolevaluation' });
      return [count! + boxes.length, same! + boxes.filter((box, t) => `${box}` === `${ours[t]}`).length];
    },
    [0, 0],
  );
  expect(all).toBe(2400);
  expect(equal! / all!).toBeGreaterThan(0.998);
});
