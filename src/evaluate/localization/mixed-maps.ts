/** What a network sees in mixtures of two images: figure 1 of the CutMix paper (Yun et al. 2019), as plain data. */
import { imageOf, type LabeledImages, readImages } from '../../data/index.ts';
import { applyPlan, entryOf, type MixPlan, parseMix, sampleMix } from '../../mix/index.ts';
import { stream } from '../../random/index.ts';
import { scope, tensor } from '../../torch/index.ts';
import type { TrainedNetwork } from '../network.ts';
import { mapPass } from './class-maps.ts';
import { type MapMethod, type PlainMap, plainMap, scoreMaps } from './score-map.ts';

export interface MixedMapsOptions {
  /** As for `parseMix`, each a method that acts on the image. Default: the figure's MixUp, Cutout, CutMix. */
  methods?: readonly string[] | undefined;
  /** Chooses the two images, and the mixtures. The same for every network of the same data. Default 0. */
  seed?: number | undefined;
  /** Default: `cam` where the network ends in a pooled head, else `grad-cam`. */
  method?: MapMethod | undefined;
}

/** What a network sees of a class in a picture. */
export interface SeenClass {
  label: number;
  /** Softmax, in 0..1. */
  probability: number;
  /** As the network has it; values rounded to three digits of the largest. */
  map: PlainMap;
}

export interface MixedMaps {
  /** The numbers of the two images in the test set, and their classes, which differ. */
  indices: [number, number];
  labels: [number, number];
  /** The first image, the second, and each mixture of the two as it looks in the place of the first. */
  pictures: {
    /** Of a mixture: the method as it was asked for, and what it drew for the two. */
    mix?: { method: string; plan: MixPlan };
    /** Of the first image's class and of the second's. */
    seen: [SeenClass, SeenClass];
  }[];
}

/** How many plans are drawn of each method, of which the most even one is shown. */
const draws = 32;

/**
 * What a network sees of two classes in two test images, one of each, and in what mixing methods make of them.
 *
 * @returns undefined where there are no two test images of different classes that can be read
 * @throws where a method does not change images, or the network does not allow `method`
 */
export async function mixedMaps(
  network: TrainedNetwork,
  { methods = ['mixup', 'cutout', 'cutmix'], seed = 0, method }: MixedMapsOptions = {},
): Promise<MixedMaps | undefined> {
  const { images } = network;
  const mixes = methods.map((text) => ({ method: text, plan: evenPlan(text, images, seed) }));
  const pair = await twoOf(network, seed);
  if (pair === undefined) return undefined;
  const [{ label: a }, { label: b }] = pair;
  const { channels, height, width } = images;
  const fill = images.normalization.mean.map((value) => Math.round(255 * value));
  const two = Buffer.concat(pair.map(({ pixels }) => pixels));
  const mixed = mixes.map(({ plan }) => {
    const both = applyPlan({ data: two, shape: [2, channels, height, width], layout: 'NCHW' }, plan, { fill });
    return both.data.subarray(0, both.data.length / 2);
  });
  const count = 2 + mixed.length;
  const [ofFirst, ofSecond] = scope(() => {
    const pixels = tensor(new Uint8Array(Buffer.concat([two, ...mixed])), { shape: [count, channels, height, width] });
    const { logits, mapsOf } = mapPass(network, pixels.to({ dtype: 'float32' }).div_(255), method);
    const probabilities = logits.softmax(1).data('float32');
    const seenOf = (label: number) =>
      scoreMaps(mapsOf(new Int32Array(count).fill(label))).map((map, n): SeenClass => {
        const probability = probabilities[n * images.classes.length + label]!;
        return { label, probability, map: plainMap(map) };
      });
    return [seenOf(a), seenOf(b)] as const;
  });
  return {
    indices: [pair[0].index, pair[1].index],
    labels: [a, b],
    pictures: [undefined, undefined, ...mixes].map((mix, n) => ({
      ...(mix && { mix }),
      seen: [ofFirst[n]!, ofSecond[n]!],
    })),
  };
}

interface ReadImage {
  index: number;
  label: number;
  /** As channels, rows, columns. */
  pixels: Uint8Array;
}

/** The first of a shuffle of the test images, and the next one of another class; pictures that cannot be read are passed over. */
async function twoOf(
  { images, config: { limitPixels } }: TrainedNetwork,
  seed: number,
): Promise<[ReadImage, ReadImage] | undefined> {
  let first: ReadImage | undefined;
  for (const index of stream(seed, 'mixed-maps').permutation(images.length)) {
    const label = images.labels[index]!;
    if (label === first?.label) continue;
    const batch = await readImages(images, [index], { limitPixels }).catch(() => undefined);
    if (batch === undefined) continue;
    const found = { index, label, pixels: imageOf(batch, 0, 'NCHW') };
    if (first !== undefined) return [first, found];
    first = found;
  }
  return undefined;
}

/** A plan for two images that leaves about half of each: the most even of some draws, each image's partner the other. */
function evenPlan(text: string, { height, width }: LabeledImages, seed: number): MixPlan {
  const [mixer] = parseMix(text);
  const plans = Array.from({ length: draws }, (_, attempt) =>
    mixer
      ? sampleMix([mixer], { batch: 2, height, width, stages: [{ height, width }] }, stream(seed, 'mix', attempt), 1)
      : [],
  ).flat();
  const [plan] = plans
    .filter(({ stage }) => stage === 0)
    .sort((a, b) => Math.abs(entryOf(a.lambda, 0) - 0.5) - Math.abs(entryOf(b.lambda, 0) - 0.5));
  if (!plan) throw new Error(`mixed maps: expected methods that change the image, got ${text}`);
  return { ...plan, permutation: plan.how === 'erase' ? plan.permutation : [1, 0] };
}
