/** The picture of Yun et al. 2019, figure 1: what a network sees in mixtures of two pictures. */

import { type Cell, drawPictureGrid, type Line } from '../charts/picture-grid.ts';
import { type ImageSet, readImages } from '../data/index.ts';
import { type MapMethod, type ScoreMap, shownMap, type TrainedNetwork } from '../evaluate/index.ts';
import { mapPass } from '../evaluate/localization/class-maps.ts';
import { scoreMaps } from '../evaluate/localization/score-map.ts';
import { type MixPlan, parseMix, sampleMix } from '../mix/index.ts';
import { stream } from '../random/index.ts';
import { mixedCells, type PictureBatch, pixelsOf } from '../tasks/classify/mixed-batch-picture.ts';
import { scope, tensor } from '../torch/index.ts';
import { captionOf } from './explanation-picture.ts';
import { heatMapOver, shownSize } from './heat-map.ts';

export interface MixedMapsOptions {
  /** As for `parseMix`, each a method that acts on the image. Default: the figure's MixUp, Cutout, CutMix. */
  methods?: readonly string[] | undefined;
  /** Chooses the two pictures, and the mixtures. The same for every network of the same data. Default 0. */
  seed?: number | undefined;
  /** Default `cam`. */
  method?: MapMethod | undefined;
}

/** How many plans are drawn of each method, of which the most even one is shown. */
const draws = 32;

/**
 * PNG bytes: two test images of different classes and what each method makes of them; below each the maps of both
 * classes, with their probabilities.
 *
 * @throws where the test images have one class only, a method mixes no images, or the network does not allow `method`
 */
export async function drawMixedMaps(
  network: TrainedNetwork,
  { methods = ['mixup', 'cutout', 'cutmix'], seed = 0, method = 'cam' }: MixedMapsOptions = {},
): Promise<Buffer> {
  const { source, config } = network;
  const { test } = source;
  const pair = twoOf(test, seed);
  const { images } = await readImages(test, pair, { limitPixels: config.limitPixels });
  const { channels, height, width } = test;
  const labels = Int32Array.from(pair, (index) => test.labels[index]!);
  const batch: PictureBatch = { images, labels, shape: [2, channels, height, width] };
  const own: Cell[] = pair.map((_, n) => ({
    pixels: pixelsOf(batch, n),
    caption: [{ text: test.classes[labels[n]!]! }],
  }));
  const mixtures = methods.map((text) => mixedCells(batch, [evenPlan(text, test, seed)], test)[0]!);
  const cells = [...own, ...mixtures];
  const seen = lookAt(network, cells, labels, method);
  const size = shownSize(test);
  const rows = seen.map((ofClass, row) =>
    ofClass.map(({ map, caption }, column): Cell => {
      const pixels = heatMapOver(cells[column]!.pixels, shownMap(map, size), size);
      const name = column === 0 ? { name: `map of ${test.classes[labels[row]!]!}` } : {};
      return { pixels, caption: [caption], ...name };
    }),
  );
  const headings = ['picture', 'picture', ...methods].map((text): Line[] => [{ text }]);
  return drawPictureGrid([cells, ...rows], { side: size.width, headings });
}

/** The first of a shuffle of the set, and the next one of another class. */
function twoOf({ labels, length, name, split }: ImageSet, seed: number): [number, number] {
  const order = stream(seed, 'mixed-maps').permutation(length);
  const first = order[0]!;
  const second = order.find((index) => labels[index] !== labels[first]);
  if (second === undefined) throw new Error(`mixed maps: expected images of two classes, got one in ${name} ${split}`);
  return [first, second];
}

/** A plan for two images that leaves about half of each: the most even of some draws, each image's partner the other. */
function evenPlan(text: string, { height, width }: ImageSet, seed: number): MixPlan {
  const [mixer] = parseMix(text);
  const plans = Array.from({ length: draws }, (_, attempt) =>
    mixer
      ? sampleMix([mixer], { batch: 2, height, width, stages: [{ height, width }] }, stream(seed, 'mix', attempt), 1)
      : [],
  ).flat();
  const [plan] = plans
    .filter(({ stage }) => stage === 0)
    .sort((a, b) => Math.abs(a.lambda[0]! - 0.5) - Math.abs(b.lambda[0]! - 0.5));
  if (!plan) throw new Error(`mixed maps: expected methods that change the image, got ${text}`);
  return { ...plan, permutation: plan.how === 'erase' ? plan.permutation : [1, 0] };
}

interface SeenClass {
  map: ScoreMap;
  caption: Line;
}

/** For each class what the network sees of it in each picture. */
function lookAt(network: TrainedNetwork, cells: readonly Cell[], labels: Int32Array, method: MapMethod): SeenClass[][] {
  const { classes, channels, height, width } = network.source.test;
  const bytes = Buffer.concat(cells.map(({ pixels }) => pixels.data));
  return scope(() => {
    const pixels = tensor(new Uint8Array(bytes), { shape: [cells.length, channels, height, width] });
    const { logits, mapsOf } = mapPass(network, pixels.to({ dtype: 'float32' }).div_(255), method);
    const probabilities = logits.softmax(1).data() as Float32Array;
    return Array.from(labels, (label) => {
      const maps = scoreMaps(mapsOf(new Int32Array(cells.length).fill(label)));
      return maps.map((map, i) => {
        const probability = probabilities[i * classes.length + label]!;
        return { map, caption: captionOf({ name: classes[label]!, probability }) };
      });
    });
  });
}
