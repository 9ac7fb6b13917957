/**
 * Weakly supervised object localization: boxes made of class maps, by two protocols.
 *
 * What the CutMix paper (appendix B) leaves open, and what is done here: maps are brought to 0..1 and to the image's size
 * as in `shownMap`; components are 8-connected; where an image has several ground-truth boxes, any may be found; a box is
 * right with an IoU above 0.5 under the paper's protocol ("at least" in the swept one, as Choe et al. have it). IoU is that
 * of continuous boxes under both protocols, without the pixels that other programs add at their ends.
 */
import { imageBoxes, type LabeledImages, withBoxes } from '../../data/index.ts';
import { type Box, iou } from '../../geometry/index.ts';
import {
  argmax,
  boxAt,
  type LocalizedImage as FoundBox,
  localizationAccuracy,
  mapIous,
  shownMap,
} from '../../metrics/index.ts';
import { digest } from '../../runs/index.ts';
import { type EvaluatedBatch, networkOf, type TrainedNetwork } from '../network.ts';
import type { Suite } from '../suite.ts';
import { centerBoxes } from './center-box.ts';
import { defaultMapMethod, mapPass } from './class-maps.ts';
import { type AtThreshold, MaxBoxAccAccumulator, type SweptResult } from './max-box-acc-accumulator.ts';
import { type MixedMaps, mixedMaps } from './mixed-maps.ts';
import { type MapMethod, type PlainMap, plainMap, scoreMaps } from './score-map.ts';

/** One image of the gallery: what the network looked at. */
export interface LocalizedImage {
  /** Its number in the set that was measured. */
  index: number;
  label: number;
  predicted: number;
  /** The predicted class's map, as the network has it; values rounded to three digits of the largest. */
  map: PlainMap;
  /** The box of that map at the protocol's threshold, in pixels of the image. */
  box: Box;
  groundTruth: readonly Box[];
  /** With the best of the ground-truth boxes. */
  iou: number;
}

export interface LocalizationResult {
  /** Images measured: those with a ground-truth box. */
  images: number;
  withoutBox: number;
  /** Pictures that cannot be decoded, which are not among the images. */
  badImages: number;
  method: 'cam' | 'grad-cam';
  /** The CutMix paper's protocol (appendix B): map of the predicted class, fixed threshold, largest component, IoU above 0.5. */
  fixed: {
    threshold: number;
    /** Class and box right: the paper's number. */
    top1Localization: number;
    /** Box of the true class's map right, whatever was predicted. */
    gtKnownLocalization: number;
    top1Accuracy: number;
  };
  /** The protocol of Choe et al. 2020 (Evaluating Weakly Supervised Object Localization Methods Right): every threshold. */
  swept: SweptResult;
  /** What a box in the middle of the image gets under the same measures, without any network: the floor to compare with. */
  centerBox: { gtKnownLocalization: number; maxBoxAccuracyV2: number };
  examples: LocalizedImage[];
  /** What the network sees in mixtures of two of the images; left out where no two of different classes can be read. */
  mixedMaps?: MixedMaps;
}

export type { AtThreshold };

/** What the suite's options say. */
export interface LocalizationOptions {
  /** Default: cam where the network allows it, else grad-cam. */
  method: MapMethod | undefined;
  /** A fraction of a map's largest value. */
  threshold: number;
  /** A folder of ground-truth boxes instead of the data's own. */
  boxes: string | undefined;
  /** How many images to keep for a gallery. */
  examples: number;
}

/** Whether a set has a ground-truth box at all. */
export async function hasBoxes({ boxes }: LabeledImages): Promise<boolean> {
  return (await boxes?.())?.boxes.some(({ length }) => length > 0) ?? false;
}

/** A hash of the ground truth that is measured against. */
export async function boxesDigest(images: LabeledImages, folder: string | undefined): Promise<string> {
  const { boxes } = await imagesWithBoxes(images, folder);
  return digest(JSON.stringify((await boxes?.()) ?? []));
}

function imagesWithBoxes(images: LabeledImages, folder: string | undefined): LabeledImages | Promise<LabeledImages> {
  return folder === undefined ? images : withBoxes(images, folder);
}

/** The network with the boxes of a folder for its test images, where one is given. */
export async function networkWithBoxes(network: TrainedNetwork, folder: string | undefined): Promise<TrainedNetwork> {
  if (folder === undefined) return network;
  return networkOf({ ...network, parts: { ...network.parts, test: await withBoxes(network.images, folder) } });
}

/** Boxes of the maps of each image, by both protocols. */
export class Localization implements Suite<LocalizationResult> {
  readonly #options: LocalizationOptions;
  readonly #network: TrainedNetwork;
  #images: LabeledImages;
  #seen = 0;
  readonly #found: FoundBox[] = [];
  readonly #swept = new MaxBoxAccAccumulator();
  readonly #shown: LocalizedImage[] = [];
  #examples: ReadonlySet<number> = new Set();
  /** Of the images of the batch, by index. */
  #groundTruth = new Map<number, readonly Box[]>();

  constructor(options: LocalizationOptions, network: TrainedNetwork) {
    this.#options = options;
    this.#network = network;
    this.#images = network.images;
  }

  async open(images: LabeledImages, indices: Int32Array): Promise<void> {
    this.#images = await imagesWithBoxes(images, this.#options.boxes);
    const boxes = (await this.#images.boxes?.())?.boxes ?? [];
    const boxed = Array.from(indices).filter((index) => (boxes[index]?.length ?? 0) > 0);
    if (boxed.length === 0) throw this.#noBoxes();
    this.#examples = spread(boxed, this.#options.examples);
  }

  /** Of the pictures that could be decoded, whose headers can therefore be read. */
  async before(indices: Int32Array): Promise<void> {
    this.#groundTruth = new Map();
    for (const index of indices) this.#groundTruth.set(index, await imageBoxes(this.#images, index));
  }

  /**
   * The map of the true class serves both protocols: the paper takes that of the predicted class, which only counts where
   * it is the true one.
   */
  add({ pixels, logits, labels, indices }: EvaluatedBatch): void {
    const { method, threshold } = this.#options;
    const [, , height = 0, width = 0] = pixels.shape;
    const size = { height, width };
    this.#seen += labels.length;
    const { mapsOf } = mapPass(this.#network, pixels, method);
    const predicted = argmax(logits.data('float32'), this.#network.model.fc.outFeatures);
    const trueMaps = scoreMaps(mapsOf(labels));
    const isShown = indices.some((index) => this.#examples.has(index));
    const predictedMaps = isShown ? scoreMaps(mapsOf(predicted)) : undefined;
    indices.forEach((index, n) => {
      const groundTruth = this.#groundTruth.get(index)!;
      if (groundTruth.length === 0) return;
      const [label, said] = [labels[n]!, predicted[n]!];
      const map = shownMap(trueMaps[n]!, size);
      const box = boxAt(map, threshold, size);
      this.#found.push({ groundTruth, predicted: box, rightClass: said === label });
      this.#swept.add(mapIous(map, groundTruth, { ...size, protocol: 'continuous' }));
      const own = predictedMaps?.[n];
      if (own === undefined || !this.#examples.has(index)) return;
      const shown = boxAt(shownMap(own, size), threshold, size);
      const best = Math.max(...groundTruth.map((truth) => iou(shown, truth)));
      this.#shown.push({ index, label, predicted: said, map: plainMap(own), box: shown, groundTruth, iou: best });
    });
  }

  async result(badImages: readonly unknown[]): Promise<LocalizationResult> {
    if (this.#found.length === 0) throw this.#noBoxes();
    const { method = defaultMapMethod(this.#network.model), threshold } = this.#options;
    const { top1, gtKnown, classification } = localizationAccuracy(this.#found);
    const { height, width } = this.#images;
    const mixed = await mixedMaps(this.#network, { method });
    return {
      images: this.#found.length,
      withoutBox: this.#seen - this.#found.length,
      badImages: badImages.length,
      method,
      fixed: { threshold, top1Localization: top1, gtKnownLocalization: gtKnown, top1Accuracy: classification },
      swept: this.#swept.result(),
      centerBox: centerBoxes(
        this.#found.map((one) => one.groundTruth),
        { height, width },
      ),
      examples: this.#shown,
      ...(mixed && { mixedMaps: mixed }),
    };
  }

  #noBoxes(): Error {
    const ways = "measure on 'shapes' or 'birds', CUB-200-2011, Tiny ImageNet or ImageNet with its Annotations";
    const folder = ", or give a folder of boxes (boxes, --boxes): PASCAL VOC's XML or wsolevaluation's metadata";
    return new Error(
      `localization: expected test images with ground-truth boxes, got ${this.#network.data}, where none of ` +
        `${this.#images.length} has one; ${ways}${'pictures' in this.#images ? folder : ''}`,
    );
  }
}

/** So many of a list, evenly. */
function spread(indices: readonly number[], count: number): Set<number> {
  const chosen = Math.min(count, indices.length);
  return new Set(Array.from({ length: chosen }, (_, i) => indices[Math.floor((i * indices.length) / chosen)]!));
}
