/** What a network says of any picture, and where it sees what it says. */

import { decodeImage, type Images, type PicturePlan, pictureSize, toPlanes } from '../data/index.ts';
import { pictureName, readPicture } from '../data/picture-location.ts';
import { evaluationView } from '../data/picture-view.ts';
import type { Box } from '../geometry/index.ts';
import { boxAt, shownMap } from '../metrics/index.ts';
import { nearestWord } from '../options/index.ts';
import { scope, setThreads, tensor } from '../torch/index.ts';
import { mapPass } from './localization/class-maps.ts';
import { type MapMethod, type ScoreMap, scoreMaps } from './localization/score-map.ts';
import { type OpenNetworkOptions, type TrainedNetwork, withTrainedNetwork } from './network.ts';

export interface ExplainPictureOptions {
  /** Names of the classes to look for. Default: the one that is predicted. */
  classes?: readonly string[] | undefined;
  /** Default: `cam` where the network ends in a pooled head, else `grad-cam`. */
  method?: MapMethod | undefined;
  /** Of the box, as a fraction of the map's maximum, in 0..1. Default 0.15, the CutMix paper's. */
  threshold?: number | undefined;
}

export interface ExplainOptions extends Omit<OpenNetworkOptions, 'onBadImage'>, ExplainPictureOptions {
  /** The engine's threads. Default: the physical cores. */
  threads?: number | undefined;
}

export interface ClassProbability {
  name: string;
  /** Softmax, in 0..1. */
  probability: number;
}

/** Where a network sees a class. */
export interface ClassRegion extends ClassProbability {
  map: ScoreMap;
  /** In continuous pixels of the image. */
  box: Box;
  /** The same box in pixels of the upright picture, of which the image may show a part. */
  pictureBox: Box;
}

export interface Explanation {
  path: string;
  /** The picture as the network saw it. */
  image: Images;
  /** The five most probable classes, or all where there are fewer. */
  top: ClassProbability[];
  /** One for each class that was asked for, in that order. */
  regions: ClassRegion[];
}

const mostShown = 5;

/**
 * Explains pictures by a run's network: what it says they are, and where it sees it.
 *
 * @param run the run folder; its data must still be there, for the names of the classes and the size of the images
 * @param paths JPEG, PNG, WebP or TIFF files
 * @throws as {@link explainPicture}, and where there is no run or checkpoint
 */
export function explain(
  run: string,
  paths: readonly string[],
  { checkpoint, data, threads, allowSkipped, ...options }: ExplainOptions = {},
): Promise<Explanation[]> {
  if (threads !== undefined) setThreads(threads);
  return withTrainedNetwork(run, { checkpoint, data, allowSkipped }, async (network) => {
    const found: Explanation[] = [];
    for (const path of paths) found.push(await explainPicture(network, path, options));
    return found;
  });
}

/**
 * Explains one picture.
 *
 * @throws where it cannot be read or decoded, where the network knows no such class, where it does not allow the method
 */
export async function explainPicture(
  network: TrainedNetwork,
  path: string,
  { classes: names, method, threshold = 0.15 }: ExplainPictureOptions = {},
): Promise<Explanation> {
  if (!(threshold >= 0 && threshold <= 1)) throw new Error(`threshold: expected 0..1, got ${threshold}`);
  const { classes } = network.images;
  const wanted = names?.map((name) => labelOf(name, classes));
  const { image, plan } = await readImage(network, path);
  return scope(() => {
    const shape = [1, image.channels, image.height, image.width];
    const pixels = tensor(image.images, { shape }).to({ dtype: 'float32' }).div_(255);
    const { logits, mapsOf } = mapPass(network, pixels, method);
    const probabilities = logits.softmax(1).data() as Float32Array;
    const byProbability = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]!);
    const named = (label: number) => ({ name: classes[label]!, probability: probabilities[label]! });
    const regions = (wanted ?? byProbability.slice(0, 1)).map((label) => {
      const [map] = scoreMaps(mapsOf(Int32Array.of(label))) as [ScoreMap];
      const box = boxAt(shownMap(map, image), threshold, { height: image.height, width: image.width });
      return { ...named(label), map, box, pictureBox: inPicture(box, plan) };
    });
    return { path, image, top: byProbability.slice(0, mostShown).map(named), regions };
  });
}

function labelOf(name: string, classes: readonly string[]): number {
  const label = classes.indexOf(name);
  if (label >= 0) return label;
  const part = classes.find((other) => other.toLowerCase().includes(name.toLowerCase()));
  const near = nearestWord(name, classes) ?? part;
  const hint = near === undefined ? `, as ${classes.slice(0, 5).join(', ')}` : `; did you mean '${near}'?`;
  throw new Error(`class: expected one of the ${classes.length} that the network knows, got '${name}'${hint}`);
}

/** A picture as evaluation shows it, whatever images the network was trained on, and how it was made of the file. */
async function readImage(
  { images: test, config: { limitPixels } }: TrainedNetwork,
  path: string,
): Promise<{ image: Images; plan: PicturePlan }> {
  const { channels, height, width } = test;
  const bytes = await readPicture({ path });
  const view = evaluationView(test, 'fit' in test ? test.fit : undefined);
  const pixels = new Uint8Array(channels * height * width);
  try {
    await decodeImage(bytes, view, pixels, { limitPixels });
    const images = toPlanes(pixels, channels);
    return { image: { channels, height, width, images }, plan: view(await pictureSize(bytes)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${pictureName({ path })}: ${reason}`, { cause: error });
  }
}

/** Where in the picture a box of the image is: a plan of evaluation does not mirror. */
function inPicture([x1, y1, x2, y2]: Box, { box, resized, window }: PicturePlan): Box {
  const toX = (x: number) => ((x + window.left) * box.width) / resized.width + box.left;
  const toY = (y: number) => ((y + window.top) * box.height) / resized.height + box.top;
  return [toX(x1), toY(y1), toX(x2), toY(y2)];
}
