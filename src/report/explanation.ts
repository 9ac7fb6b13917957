import { type Cell, drawPictureGrid, heatMapOver, type Pixels, shownSize } from '../charts/index.ts';
import type { ClassProbability, ClassRegion, Explanation } from '../evaluate/index.ts';

/** Of none of the colors of a heat map. */
const boxColor = '#2fe0ff';

/**
 * PNG bytes of one row: the picture as the network saw it, for each class that was looked for the picture under its map
 * with the box, and the most probable classes with bars of their probabilities.
 */
export function drawExplanation(explanation: Explanation): Promise<Uint8Array> {
  const { image, top, regions } = explanation;
  const pixels = pixelsOf(explanation);
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

/** What several networks say of the same pictures. */
export interface ExplainedBy {
  /** Of the network. */
  title: string;
  /** Of each picture, in the same order. */
  explanations: readonly Explanation[];
}

/**
 * PNG bytes of a column for each picture: what it shows, and below, for each network, the picture under the map of the
 * class that it predicts, in red where that is wrong.
 *
 * @param names what each picture shows
 */
export function drawExplanations(networks: readonly ExplainedBy[], names: readonly string[]): Promise<Uint8Array> {
  const pictures = networks[0]!.explanations.map(
    (explanation, i): Cell => ({ pixels: pixelsOf(explanation), caption: [{ text: names[i]! }] }),
  );
  const rows = networks.map(({ title, explanations }) =>
    explanations.map((explanation, i): Cell => {
      const [{ map, ...said }] = explanation.regions as [ClassRegion];
      const color = said.name === names[i] ? 'ink' : 'accent';
      return {
        ...{ name: title, pixels: heatMapOver(pixelsOf(explanation), map) },
        caption: [{ ...captionOf(said), color }],
      };
    }),
  );
  return drawPictureGrid([pictures, ...rows], { side: shownSize(networks[0]!.explanations[0]!.image).width });
}

function pixelsOf({ image }: Explanation): Pixels {
  return { data: image.images, height: image.height, width: image.width };
}

/** A class and its probability. */
export function captionOf({ name, probability }: ClassProbability): { text: string; ending: string } {
  return { text: name, ending: ` ${(100 * probability).toFixed(1)} %` };
}
