import type { Box, Size } from '../geometry/index.ts';
import { type OptionsOf, resolveOptions } from '../options/index.ts';
import { ComponentForest, connectivityOptions } from './component-forest.ts';
import { mapSize } from './score-map.ts';

const connectedComponentsOptions = { ...mapSize, ...connectivityOptions };

export type ConnectedComponentsOptions = Size & OptionsOf<typeof connectivityOptions>;

/** Pixels that are connected. */
export interface Component {
  /** 1 for the one whose first pixel comes first in reading order, then 2, and so on. */
  label: number;
  /** How many pixels. */
  area: number;
  /** The smallest box around them; its ends are exclusive (continuous pixels). */
  box: Box;
}

export interface ConnectedComponents {
  /** [height, width], row by row: each pixel's component, 0 where the mask is 0. */
  labels: Int32Array;
  /** In the order of their labels. */
  components: Component[];
}

/**
 * The connected components of a mask: 8-connected unless said otherwise.
 *
 * @param mask [height, width], row by row; anything but 0 belongs to it. May be empty
 * @throws where the size does not fit
 */
export function connectedComponents(mask: ArrayLike<number>, options: ConnectedComponentsOptions): ConnectedComponents {
  const { connectivity } = resolveOptions('connectedComponents', connectedComponentsOptions, options);
  const { height, width } = options;
  if (mask.length !== height * width) {
    throw new Error(
      `connectedComponents: expected a mask [${height}, ${width}], row by row, got ${mask.length} values`,
    );
  }
  const forest = new ComponentForest({ height, width }, connectivity);
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) forest.add(i % width, Math.floor(i / width));
  const labels = new Int32Array(mask.length);
  const components = new Map<number, Component>();
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const root = forest.rootAt(i % width, Math.floor(i / width));
    const component = components.get(root) ?? {
      label: components.size + 1,
      area: forest.area(root),
      box: forest.box(root),
    };
    components.set(root, component);
    labels[i] = component.label;
  }
  return { labels, components: [...components.values()] };
}
