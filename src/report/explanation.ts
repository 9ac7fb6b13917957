import { type Cell, drawPictureGrid, heatMapOver, type Pixels, shownSize } from '../charts/index.ts';
import type { ClassProbability, Explanation } from '../evaluate/index.ts';

/** Of none of the colors of a heat map. */
const boxColor = '#2fe0ff';

/**
 * PNG bytes of one row: the picture as the network saw it, for each class that was looked for the picture under its map
 * with the box, and the most probable classes with bars of their probabilities.
 */
export function drawExplanation({ image, top, regions }: Explanation): Promise<Uint8Array> {
  const pixels: Pixels = { data: image.images, height: image.height, width: image.width };
  const maps = regions.map(
    ({ map, box, ...said }): Cell => ({
      pixels: heatMapOver(pixels, map),
      outlines: [{ box, grid: image, dashed: false, color: boxColor }],
      caption: [captionOf(said)],
    }),
  );
  const bars = top.map((said) => ({ ...captionOf(said), share: said.probability }));
  const seen: Cell = { pixels, caption: [{ text: 'as the network saw it', color: 'faint' }] };
  return drawPictureGrid([[seen, ...maps, { bars }]], { side: shownSize(image).width });
}

/** A class and its probability. */
export function captionOf({ name, probability }: ClassProbability): { text: string; ending: string } {
  return { text: name, ending: ` ${(100 * probability).toFixed(1)} %` };
}
