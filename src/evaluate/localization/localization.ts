/**
 * Weakly supervised object localization: boxes made of class maps, by two protocols.
 *
 * What the CutMix paper (appendix B) leaves open, and what is done here: maps are brought to 0..1 and to the image's size
 * as in `shownMap`; pixels that touch at a corner hang together; where an image has several true boxes, any may be found;
 * a box is right with an IoU above 0.5 under the paper's protocol ("at least" in the swept one, as Choe et al. have it). IoU
 * is that of continuous boxes under both protocols, without the pixels that other programs add at their ends.
 */

import { type ImageSet, imageBoxes, withBoxes } from '../../data/index.ts';
import type { Box } from '../../geometry/index.ts';
import {
  argmax,
  boxAt,
  type LocalizedImage as FoundBox,
  iou,
  localizationAccuracy,
  mapIous,
} from '../../metrics/index.ts';
import type { LocalizationResult, LocalizedImage } from '../results.ts';
import { networkOf, type OnBatch, type PixelBatch, type TrainedNetwork } from '../trained-network.ts';
import { centerBoxes } from './center-box.ts';
import { type MapMethod, mapPass } from './class-maps.ts';
import { SweptCounts } from './max-box-acc-accumulator.ts';
import { scoreMaps, shownMap } from './score-map.ts';

export interface LocalizationOptions {
  /** Default `cam`. */
  method?: MapMethod | undefined;
  /** Of the paper's protocol: a fraction of the map's maximum, in 0..1. Default 0.15. */
  threshold?: number | undefined;
  /** A folder of true boxes in place of those that the data has: see `withBoxes`. */
  boxes?: string | undefined;
  /** How many images to keep for a gallery, spread evenly over the set. Default 12. */
  examples?: number | undefined;
}

export interface EvaluateLocalizationOptions extends LocalizationOptions {
  /** Default: all test images. */
  limit?: number | undefined;
  onBatch?: OnBatch | undefined;
}

/**
 * How well the boxes of a network's class maps meet the true ones, by the CutMix paper's protocol and by that of Choe et
 * al. 2020, and what a box in the middle of the image would get.
 *
 * @throws where no test image has a true box, the boxes cannot be read, or the network does not allow the method
 */
export async function evaluateLocalization(
  network: TrainedNetwork,
  { method = 'cam', threshold = 0.15, boxes, examples = 12, limit, onBatch }: EvaluateLocalizationOptions = {},
): Promise<LocalizationResult> {
  if (!(threshold >= 0 && threshold <= 1))
    throw new Error(`localization: expected threshold in 0..1, got ${threshold}`);
  const set = (await withBoxesOf(network, boxes)).testImages(limit);
  const boxed = (set.boxes ?? []).flatMap((boxesOfImage, index) => (boxesOfImage.length > 0 ? [index] : []));
  if (boxed.length === 0) throw noBoxes(set, network);
  const measurement = new Measurement(set, spread(boxed, examples), threshold);
  const badImages = await network.eachBatch(
    set,
    (batch) => measurement.add(network, batch, method),
    onBatch,
    (indices) => measurement.readBoxes(indices),
  );
  const { found, swept, shown } = measurement;
  if (found.length === 0) throw noBoxes(set, network);
  const { top1, gtKnown, classification } = localizationAccuracy(found);
  return {
    images: found.length,
    withoutBox: set.length - badImages - found.length,
    badImages,
    method,
    fixed: { threshold, top1Localization: top1, gtKnownLocalization: gtKnown, top1Accuracy: classification },
    swept: swept.result(),
    centerBox: centerBoxes(
      found.map((image) => image.groundTruth),
      set,
    ),
    examples: shown,
  };
}

/** The network with the boxes of a folder for its test images, where one is given. */
export async function withBoxesOf(network: TrainedNetwork, boxes: string | undefined): Promise<TrainedNetwork> {
  if (boxes === undefined) return network;
  const test = await withBoxes(network.source.test, boxes);
  return networkOf({ ...network, source: { ...network.source, test } });
}

/** Whether a set has a true box at all. */
export function hasBoxes({ boxes }: ImageSet): boolean {
  return boxes?.some(({ length }) => length > 0) ?? false;
}

function noBoxes(set: ImageSet, { data }: TrainedNetwork): Error {
  const ways = "measure on 'shapes', CUB-200-2011, Tiny ImageNet or ImageNet with its Annotations";
  const folder = ", or give a folder of boxes (boxes, --boxes): PASCAL VOC's XML or wsolevaluation's metadata";
  return new Error(
    `localization: expected test images with true boxes, got ${data}, where none of ${set.length} has one; ` +
      `${ways}${'pictures' in set ? folder : ''}`,
  );
}

/** So many of a list, evenly. */
function spread(indices: readonly number[], count: number): Set<number> {
  const chosen = Math.min(count, indices.length);
  return new Set(Array.from({ length: chosen }, (_, i) => indices[Math.floor((i * indices.length) / chosen)]!));
}

/** What is found, batch by batch. */
class Measurement {
  readonly found: FoundBox[] = [];
  readonly swept = new SweptCounts();
  readonly shown: LocalizedImage[] = [];
  readonly #set: ImageSet;
  /** Of the images of the batch, by index. */
  #truths = new Map<number, readonly Box[]>();
  readonly #examples: ReadonlySet<number>;
  readonly #threshold: number;

  constructor(set: ImageSet, examples: ReadonlySet<number>, threshold: number) {
    this.#set = set;
    this.#examples = examples;
    this.#threshold = threshold;
  }

  /** Of the pictures that could be decoded, whose headers can therefore be read. */
  async readBoxes(indices: Int32Array): Promise<void> {
    this.#truths = new Map();
    for (const index of indices) this.#truths.set(index, await imageBoxes(this.#set, index));
  }

  /**
   * The map of the true class serves both protocols: the paper takes that of the predicted class, which only counts where
   * it is the true one.
   */
  add(network: TrainedNetwork, { pixels, labels, indices }: PixelBatch, method: MapMethod): void {
    const [, , height, width] = pixels.shape as [number, number, number, number];
    const size = { height, width };
    const { logits, mapsOf } = mapPass(network, pixels, method);
    const predicted = argmax(logits.data() as Float32Array, network.model.fc.outFeatures);
    const trueMaps = scoreMaps(mapsOf(labels));
    const isShown = indices.some((index) => this.#examples.has(index));
    const predictedMaps = isShown ? scoreMaps(mapsOf(predicted)) : undefined;
    indices.forEach((index, n) => {
      const truths = this.#truths.get(index)!;
      if (truths.length === 0) return;
      const [label, said] = [labels[n]!, predicted[n]!];
      const map = shownMap(trueMaps[n]!, size);
      const box = boxAt(map, this.#threshold, size);
      this.found.push({ groundTruth: truths, predicted: box, rightClass: said === label });
      this.swept.add(mapIous(map, truths, { ...size, protocol: 'continuous' }));
      if (!this.#examples.has(index)) return;
      const shown = boxAt(shownMap(predictedMaps![n]!, size), this.#threshold, size);
      const best = Math.max(...truths.map((truth) => iou(shown, truth)));
      this.shown.push({ index, label, predicted: said, box: shown, truth: truths, iou: best });
    });
  }
}
