/** What a network says of any picture, and where it sees what it says. */

import { type Images, imageOf, type PicturePlan, type PictureSource, pictureStream } from '../data/index.ts';
import type { Box } from '../geometry/index.ts';
import { boxAt, shownMap } from '../metrics/index.ts';
import { nearestWord } from '../options/index.ts';
import { scope, setThreads, tensor } from '../torch/index.ts';
import { mapPass } from './localization/class-maps.ts';
import { type MapMethod, type ScoreMap, scoreMaps } from './localization/score-map.ts';
import { freeNetwork, type NetworkInUse, type OpenNetworkAloneOptions, openNetwork } from './network-in-use.ts';
import { type PictureInput, pictureSource } from './picture-input.ts';
import { type ClassProbability, isHardlyAboveChance, mostProbable } from './top-classes.ts';

export interface ExplainPictureOptions {
  /** Names of the classes to look for. Default: the one that is predicted. */
  classes?: readonly string[] | undefined;
  /** Default: `cam` where the network ends in a pooled head, else `grad-cam`. */
  method?: MapMethod | undefined;
  /** Of the box, as a fraction of the map's maximum, in 0..1. Default 0.15, the CutMix paper's. */
  threshold?: number | undefined;
}

export interface ExplainOptions extends OpenNetworkAloneOptions, ExplainPictureOptions {
  /** The engine's threads. Default: the physical cores. */
  threads?: number | undefined;
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
  /** Of one that is in memory: `picture in memory`. */
  path: string;
  /** The picture as the network saw it. */
  image: Images;
  /** The five most probable classes, or all where there are fewer. */
  top: ClassProbability[];
  /** Of the most probable class, see {@link isHardlyAboveChance}: the map then shows where a guess comes from. */
  isHardlyAboveChance: boolean;
  /** One for each class that was asked for, in that order. */
  regions: ClassRegion[];
}

const mostShown = 5;

/**
 * Explains pictures by a run's network: what it says they are, and where it sees it.
 *
 * @param run the run folder, which is enough: the data that the network was trained on is not needed
 * @param pictures JPEG, PNG, WebP or TIFF files, their bytes, or pixels
 * @throws as {@link explainPicture}, and where there is no run or checkpoint
 */
export async function explain(
  run: string,
  pictures: readonly PictureInput[],
  { checkpoint, foldBatchNorm, threads, ...options }: ExplainOptions = {},
): Promise<Explanation[]> {
  if (threads !== undefined) setThreads(threads);
  const network = openNetwork(run, { checkpoint, foldBatchNorm });
  try {
    const found: Explanation[] = [];
    for (const picture of pictures) found.push(await explainPicture(network, picture, options));
    return found;
  } finally {
    freeNetwork(network);
  }
}

/**
 * Explains one picture.
 *
 * @throws where it cannot be read or decoded, where the network knows no such class, where it does not allow the method
 */
export async function explainPicture(
  network: NetworkInUse,
  picture: PictureInput,
  { classes: names, method, threshold = 0.15 }: ExplainPictureOptions = {},
): Promise<Explanation> {
  if (!(threshold >= 0 && threshold <= 1)) throw new Error(`threshold: expected 0..1, got ${threshold}`);
  const { classes } = network.images;
  const wanted = names?.map((name) => labelOf(name, classes));
  const source = pictureSource(picture);
  const { image, view } = await readImage(network, source);
  return scope(() => {
    const shape = [1, image.channels, image.height, image.width];
    const pixels = tensor(image.images, { shape }).to({ dtype: 'float32' }).div_(255);
    const { logits, mapsOf } = mapPass(network, pixels, method);
    const [all] = mostProbable(logits, classes, classes.length) as [ClassProbability[]];
    const regions = (wanted ?? [classes.indexOf(all[0]!.name)]).map((label) => {
      const [map] = scoreMaps(mapsOf(Int32Array.of(label))) as [ScoreMap];
      const box = boxAt(shownMap(map, image), threshold, { height: image.height, width: image.width });
      const said = all.find(({ name }) => name === classes[label])!;
      return { ...said, map, box, pictureBox: inPicture(box, view) };
    });
    const top = all.slice(0, mostShown);
    const isGuess = isHardlyAboveChance(top[0]!.probability, classes.length);
    return { path: source.path, image, top, isHardlyAboveChance: isGuess, regions };
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

/** A picture as evaluation shows it, and how it was made of the file. */
async function readImage({ images, config: { limitPixels } }: NetworkInUse, source: PictureSource) {
  const stream = pictureStream(images, { workers: 0, limitPixels });
  for await (const batch of stream.batches([source], 1)) {
    const [bad] = batch.bad;
    if (bad !== undefined) throw new Error(`${bad.path}: ${bad.reason}`);
    const { channels, height, width } = images;
    return { image: { channels, height, width, images: imageOf(batch, 0, 'NCHW') }, view: batch.views[0]! };
  }
  throw new Error(`${source.path}: expected a picture, got none`);
}

/** Where in the picture a box of the image is: a plan of evaluation does not mirror. */
function inPicture([x1, y1, x2, y2]: Box, { box, resized, window }: PicturePlan): Box {
  const toX = (x: number) => ((x + window.left) * box.width) / resized.width + box.left;
  const toY = (y: number) => ((y + window.top) * box.height) / resized.height + box.top;
  return [toX(x1), toY(y1), toX(x2), toY(y2)];
}
