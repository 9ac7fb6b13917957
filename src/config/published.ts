/** Weights by name or folder: where they are on this machine, and what their `config.json` says of the network they are of. */
import { join } from 'node:path';
import { dataSets, type LabeledImages } from '../data/index.ts';
import { parseDataText, recognize } from '../data/sets/data-text.ts';
import { type DownloadWeightsOptions, downloadWeights, isHubName } from '../hub/index.ts';
import { networkOfArchitecture } from '../models/index.ts';
import { methodText } from '../options/index.ts';
import { networkOfWeights, type TrainConfig } from './config.ts';
import { checkFormat } from './load-weights.ts';
import { folderOf, type ModelCard, readCard } from './model-card.ts';

/** A configuration whose weights are on this machine. */
export interface Published {
  /** With the network, the size of the pictures, their normalization and the state of the hub's repository. */
  config: TrainConfig;
  /** The weights: a file, an index or a folder. None where it starts from weights drawn anew. */
  path?: string;
  card?: ModelCard;
  /** What there is to say of them, in sentences. */
  notes: string[];
}

/**
 * Finds what a configuration starts from, and takes from its `config.json` what was not said: the network (`model: auto`),
 * the size of the pictures, how much of them evaluation shows and what they are normalized by. Weights of the hub are
 * downloaded where they are not in its cache. What this returns it takes as it is.
 *
 * @throws where there are no such weights, or their network is none of these and none was given
 */
export async function withPublished(config: TrainConfig, options: DownloadWeightsOptions = {}): Promise<Published> {
  const { weights } = config;
  if (weights === undefined) return { config, notes: [] };
  const downloaded = isHubName(weights) ? await downloadWeights(weights, options) : undefined;
  const path = downloaded?.folder ?? weights;
  checkFormat(path);
  const folder = folderOf(path);
  const card = folder === undefined ? undefined : readCard(join(folder, 'config.json'));
  const named = { ...config, weights: downloaded?.pinned ?? weights };
  const model = folder === undefined ? named.model : networkOf(named, card);
  const resolved = withNormalization(withView({ ...named, model }, card), card);
  const ofCard = card === undefined ? [] : [describeCard(resolved, card), ...notApplied(resolved, card)];
  const notes = [...(downloaded?.notes ?? []), ...ofCard];
  return { config: resolved, path, notes, ...(card && { card }) };
}

function networkOf({ model, weights }: TrainConfig, card: ModelCard | undefined): string {
  if (model !== networkOfWeights) return model;
  const wayOut = 'say which network they are of: --model NAME';
  const { architecture } = card ?? {};
  if (architecture === undefined) {
    throw new Error(`${weights}: expected 'architecture' in a config.json beside the weights, got none; ${wayOut}`);
  }
  const known = networkOfArchitecture(architecture);
  if (known !== undefined) return known;
  throw new Error(`${weights}: expected weights of a network that is here, got ${architecture}; ${wayOut}`);
}

/** What the pictures of the weights were normalized by, where nothing else was said. */
function withNormalization(config: TrainConfig, { mean, std }: ModelCard = {}): TrainConfig {
  const { normalization: given } = config;
  return { ...config, normalization: { mean: given.mean ?? mean, std: given.std ?? std } };
}

/** How the pictures of the weights were shown, where nothing else was typed and the data can be shown so. */
function withView(config: TrainConfig, { input_size, crop_pct }: ModelCard = {}): TrainConfig {
  const [, height, width] = input_size ?? [];
  const { path, options } = parseDataText(config.data);
  const known = recognize(dataSets, path)?.options ?? {};
  const theirs = { size: height === width ? height : undefined, cropShare: crop_pct };
  const taken = Object.entries(theirs).filter(
    ([name, value]) => value !== undefined && options[name] === undefined && Object.hasOwn(known, name),
  );
  if (taken.length === 0) return config;
  return { ...config, data: methodText(path, { ...options, ...Object.fromEntries(taken) }) };
}

function describeCard({ weights, model, data }: TrainConfig, card: ModelCard): string {
  const { architecture = 'a network', num_classes: classes, input_size: size, interpolation, mean, std } = card;
  const words = [
    ...(classes === undefined ? [] : [`${classes} classes`]),
    ...(size === undefined ? [] : [`pictures of ${size[1]} x ${size[2]} pixels`]),
    ...(mean === undefined || std === undefined ? [] : [`mean ${mean.join(', ')} and deviation ${std.join(', ')}`]),
    ...(interpolation === undefined ? [] : [`${interpolation} interpolation`]),
  ];
  return `${weights}: ${[architecture, ...words].join(', ')}; here ${model} on ${data}`;
}

/** What of a `config.json` has no effect here, and why. */
function notApplied({ data }: TrainConfig, { interpolation = 'bilinear', crop_pct: crop }: ModelCard): string[] {
  const { path, options } = parseDataText(data);
  const isCropped = crop === undefined || options.cropShare !== undefined;
  return [
    ...(interpolation === 'bilinear'
      ? []
      : [`pictures are resized bilinearly, not ${interpolation}: the loader has one filter`]),
    ...(isCropped ? [] : [`all of each image is shown, not a share of ${crop}: ${path} has no pictures to crop`]),
  ];
}

/** What to say where pictures are not normalized as those that the weights come from. */
export function otherNormalization(
  { card }: Published,
  { normalization }: Pick<LabeledImages, 'normalization'>,
): string[] {
  const { mean, std } = card ?? {};
  if (mean === undefined || std === undefined) return [];
  const near = (theirs: number[], ours: readonly number[]) =>
    theirs.length === ours.length && theirs.every((value, i) => Math.abs(value - ours[i]!) < 0.01);
  if (near(mean, normalization.mean) && near(std, normalization.std)) return [];
  const ours = `${normalization.mean.join(', ')} and ${normalization.std.join(', ')}`;
  return [
    `the weights are of pictures with mean ${mean.join(', ')} and deviation ${std.join(', ')}, and those here are normalized ` +
      `by ${ours}: training gets used to it, and measuring without training would be off`,
  ];
}
