/** What a suite is: something that is measured of a network, image by image, while the test images go by once. */
import type { BadImage, LabeledImages } from '../data/index.ts';
import { type Definition, DefinitionList } from '../options/index.ts';
import type { EvaluatedBatch, OnProgress, TrainedNetwork } from './network.ts';

/** Measures a network. Every suite that is asked for sees the same batches, decoded once. */
export interface Suite<Result = unknown> {
  /**
   * Called before the first batch.
   *
   * @param indices which of the images will come, in rising order
   */
  open?(images: LabeledImages, indices: Int32Array): Promise<void>;
  /** Awaited before each batch, with the images in it: for what must be read from files. */
  before?(indices: Int32Array): Promise<void>;
  /** A batch of the images; in a scope of its own, gradients are recorded unless turned off. */
  add(batch: EvaluatedBatch): void;
  /**
   * What was found, as plain data; errors, accuracies and shares are fractions.
   *
   * @param badImages of the images: those that could not be decoded and did not come
   */
  result(badImages: readonly BadImage[], onProgress: OnProgress): Result | Promise<Result>;
}

/** A suite by name. What it finds is kept in the run folder for the same network, images and options. */
export interface SuiteDefinition extends Definition<Suite | Promise<Suite>, [network: TrainedNetwork]> {
  /**
   * Which way of measuring this is: raised wherever a change of the program gives another result, so that what was kept
   * before is measured again.
   */
  readonly protocol: number;
  /** Measures all images whatever limit is asked for. Default: false. */
  readonly takesAll?: boolean;
  /** Why the data does not allow it, as one sentence; undefined where it does. Left out: any data will do. */
  refusal?(network: TrainedNetwork, options: Readonly<Record<string, unknown>>): Promise<string | undefined>;
  /** What a result depends on besides network, images and options, as plain data: files that options name. */
  source?(network: TrainedNetwork, options: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** Every suite; `evaluate/suites.ts` adds those that come with Patchwork. */
export const suites: DefinitionList<SuiteDefinition> = new DefinitionList('suite', []);
