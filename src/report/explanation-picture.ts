import { type Cell, drawPictureGrid, type Outline, type Pixels } from '../charts/picture-grid.ts';
import type { ClassProbability, Explanation } from '../evaluate/index.ts';
import { shownMap } from '../evaluate/index.ts';
import type { Box, Size } from '../geometry/index.ts';
import { heatMapOver, shownSize } from './heat-map.ts';

/** Of none of the colors of a heat map. */
const boxColor = '#2fe0ff';

/**
 * PNG bytes of one row: the picture as the network saw it, for each class that was looked for the picture under its map
 * with the box, and the most probable classes with bars of their probabilities.
 */
export function drawExplanation({ image, top, regions }: Explanation): Promise<Buffer> {
  const pixels: Pixels = { data: image.images, height: image.height, width: image.width };
  const size = shownSize(image);
  const maps = regions.map(({ map, box, ...said }): Cell => {
    const heat = heatMapOver(pixels, shownMap(map, size), size);
    return { pixels: heat, outlines: [outlineOf(box, image)], caption: [captionOf(said)] };
  });
  const bars = top.map((said) => ({ ...captionOf(said), share: said.probability }));
  const seen: Cell = { pixels, caption: [{ text: 'as the network saw it', color: 'faint' }] };
  return drawPictureGrid([[seen, ...maps, { bars }]], { side: size.width });
}

/** A class and its probability. */
export function captionOf({ name, probability }: ClassProbability): { text: string; ending: string } {
  return { text: name, ending: ` ${(100 * probability).toFixed(1)} %` };
}

function outlineOf(box: Box, grid: Size): Outline {
  return { box, grid, dashed: false, color: boxColor };
}
