import type { Box, PixelConvention, Size } from '../geometry/index.ts';
import { choice, type OptionsOf, option, resolveOptions } from '../options/index.ts';
import { ComponentForest, connectivityOptions } from './component-forest.ts';
import { atThresholds } from './level-sweep.ts';
import { checkMap, mapSize, rangeOf } from './score-map.ts';

const boxAtOptions = { ...mapSize, ...connectivityOptions };

export type BoxAtOptions = Size & OptionsOf<typeof connectivityOptions>;

/**
 * The tight box of the largest connected component of a map where it is at least `threshold` times its largest value; of
 * several as large, the first in reading order. Yun et al. 2019, appendix B, with a threshold of 0.15. The paper does not
 * say how maps are normalized nor what is connected; `normalizeMap` and 8-connected components are wsolevaluation's
 * choices.
 *
 * @param map [height, width], row by row
 * @param threshold in 0..1
 * @returns in continuous pixels of the map. The whole map where no value is large enough, which happens only where the
 *   largest is below 0
 * @throws where the size does not fit, the threshold is not in 0..1, or a value is NaN or infinite
 */
export function boxAt(map: Float32Array, threshold: number, options: BoxAtOptions): Box {
  const { connectivity } = resolveOptions('boxAt', boxAtOptions, options);
  const { height, width } = options;
  if (!(threshold >= 0 && threshold <= 1)) throw new Error(`boxAt: expected a threshold in 0..1, got ${threshold}`);
  checkMap('boxAt', map, { height, width });
  const least = threshold * rangeOf(map).most;
  const components = new ComponentForest({ height, width }, connectivity);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (map[y * width + x]! >= least) components.add(x, y);
  }
  return boxOfLargest(components.count > 0 ? components : undefined, { height, width }, 'continuous');
}

/**
 * What the boxes of a map are at one of many thresholds. Both are made of 256 levels ({@link largestBoxes}).
 *
 * `continuous`: ends are exclusive. The largest component has the most pixels; of several as large it is the first in
 * reading order. Where no pixel is kept, as of a map of zeros, the box is the whole map.
 *
 * `wsolevaluation`: what the code of Choe et al. 2020 (clovaai/wsolevaluation, `evaluation.py`) makes of a map. Corners
 * are pixels, ends inclusive, but an end is one pixel too far wherever the border of the map leaves room for it. The
 * largest component is the one whose contour encloses the largest area (`cv2.contourArea`), so that one that is a pixel
 * thin has none; of several as large it is the last in reading order. Where no pixel is kept, the box is [0, 0, 0, 0]. Two
 * differences remain: there the area of the largest component includes its holes, and the borders of holes are boxes too.
 */
export type MapBoxProtocol = (typeof mapBoxProtocols)[number];

const mapBoxProtocols = ['continuous', 'wsolevaluation'] as const;

export const protocolOptions = {
  /** What the boxes of a map are. Default `continuous`. */
  protocol: option(choice(mapBoxProtocols), { default: 'continuous', description: 'what the boxes of a map are' }),
};

const mapBoxOptions = { ...mapSize, ...protocolOptions };

export type MapBoxOptions = Size & OptionsOf<typeof protocolOptions>;

/** Which pixels the corners of a protocol's boxes name. */
export const pixelsOf: Readonly<Record<MapBoxProtocol, PixelConvention>> = {
  continuous: 'continuous',
  wsolevaluation: 'inclusive',
};

/**
 * The box of the largest component of a map at each of many thresholds, in one pass. A map is put on 256 levels, a value
 * times 255, rounded down; at a threshold t the pixels are kept whose level is above t times the largest one, rounded
 * down. Components are 8-connected.
 *
 * @param map [height, width], row by row, of values in 0..1 (`normalizeMap`)
 * @param thresholds in 0..1
 * @returns one for each threshold
 * @throws where the size does not fit, or a value or a threshold is not in 0..1
 */
export function largestBoxes(map: Float32Array, thresholds: readonly number[], options: MapBoxOptions): Box[] {
  const { protocol } = resolveOptions('largestBoxes', mapBoxOptions, options);
  return atThresholds('largestBoxes', map, options, thresholds, (components) =>
    boxOfLargest(components, options, protocol),
  );
}

/** As {@link largestBoxes}, the boxes of all components, in no particular order; at least one. */
export function componentBoxes(map: Float32Array, thresholds: readonly number[], options: MapBoxOptions): Box[][] {
  const { protocol } = resolveOptions('componentBoxes', mapBoxOptions, options);
  return atThresholds('componentBoxes', map, options, thresholds, (components) =>
    boxesOfAll(components, options, protocol),
  );
}

/** The box of the largest of these components by a protocol's rules. */
export function boxOfLargest(components: ComponentForest | undefined, size: Size, protocol: MapBoxProtocol): Box {
  if (components === undefined) return boxOfNone(size, protocol);
  const isLarger = protocol === 'wsolevaluation' ? enclosesMore : hasMorePixels;
  let largest = components.roots[0]!;
  for (let i = 1; i < components.count; i++) {
    const root = components.roots[i]!;
    if (isLarger(components, root, largest)) largest = root;
  }
  return asProtocol(components.box(largest), size, protocol);
}

export function boxesOfAll(components: ComponentForest | undefined, size: Size, protocol: MapBoxProtocol): Box[] {
  if (components === undefined) return [boxOfNone(size, protocol)];
  const roots = components.roots.subarray(0, components.count);
  return Array.from(roots, (root) => asProtocol(components.box(root), size, protocol));
}

function hasMorePixels(components: ComponentForest, a: number, b: number): boolean {
  const more = components.area(a) - components.area(b);
  return more > 0 || (more === 0 && components.first(a) < components.first(b));
}

function enclosesMore(components: ComponentForest, a: number, b: number): boolean {
  const more = components.contourArea(a) - components.contourArea(b);
  return more > 0 || (more === 0 && components.first(a) > components.first(b));
}

function boxOfNone({ height, width }: Size, protocol: MapBoxProtocol): Box {
  return protocol === 'wsolevaluation' ? [0, 0, 0, 0] : [0, 0, width, height];
}

function asProtocol(box: Box, { height, width }: Size, protocol: MapBoxProtocol): Box {
  const [x1, y1, x2, y2] = box;
  return protocol === 'wsolevaluation' ? [x1, y1, Math.min(x2, width - 1), Math.min(y2, height - 1)] : box;
}
