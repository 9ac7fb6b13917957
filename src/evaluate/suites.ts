/** Measures a run's network by one or more suites, and keeps what was found in the run folder. */

import type { ImageSet } from '../data/index.ts';
import { nearestWord } from '../options/index.ts';
import { setThreads } from '../torch/index.ts';
import { RunFolder } from '../train/index.ts';
import { evaluateAccuracy } from './accuracy/accuracy.ts';
import { evaluateLocalization, hasBoxes, type LocalizationOptions, withBoxesOf } from './localization/localization.ts';
import { evaluateOod, type OodOptions } from './ood/ood.ts';
import {
  contentsOf,
  digest,
  independentPath,
  keepResult,
  keptResult,
  networkSource,
  protocolVersions,
  resultPath,
  testSource,
} from './result-cache.ts';
import type { Evaluation, SuiteFailure, SuiteName, SuiteResults } from './results.ts';
import { suiteNames } from './results.ts';
import { evaluateRobustness, type RobustnessOptions } from './robustness/robustness.ts';
import { type EvaluateOptions, type OnBatch, type TrainedNetwork, withTrainedNetwork } from './trained-network.ts';

export interface SuiteOptions {
  /** Only the first `limit` images of a shuffle by the run's seed. Default: all test images. Accuracy always takes all. */
  limit?: number | undefined;
  localization?: LocalizationOptions | undefined;
  robustness?: RobustnessOptions | undefined;
  ood?: OodOptions | undefined;
}

export interface EvaluateRunOptions extends Omit<EvaluateOptions, 'onBatch'>, SuiteOptions {
  /**
   * Default: accuracy alone. `all` is every one that the data allows: localization is left out, with a sentence in `notes`,
   * where no test image has a true box.
   */
  suites?: readonly SuiteName[] | 'all' | undefined;
  /** The engine's threads. Default: the physical cores. */
  threads?: number | undefined;
  /** Where the work is: what is being measured, and how far it is. */
  onProgress?: ((suite: SuiteName, done: number, of: number) => void) | undefined;
}

const suites: {
  [Name in SuiteName]: (
    network: TrainedNetwork,
    options: SuiteOptions,
    onBatch: OnBatch,
  ) => Promise<SuiteResults[Name]>;
} = {
  accuracy: (network, _, onBatch) => evaluateAccuracy(network, onBatch),
  localization: (network, { limit, localization }, onBatch) =>
    evaluateLocalization(network, { ...localization, limit, onBatch }),
  robustness: (network, { limit, robustness }, onBatch) =>
    evaluateRobustness(network, { ...robustness, limit, onBatch }),
  ood: (network, { limit, ood }, onBatch) => evaluateOod(network, { ...ood, limit, onBatch }),
};

/** `accuracy,ood` as names of suites, each once; `all` is every one. @throws naming the nearest where one is unknown */
export function parseSuites(text: string): SuiteName[] {
  const names = text.split(',').flatMap((typed): readonly SuiteName[] => {
    const word = typed.trim();
    if (word === 'all') return suiteNames;
    const name = suiteNames.find((candidate) => candidate === word);
    if (name) return [name];
    const near = nearestWord(word, suiteNames);
    throw new Error(
      `suite: expected ${suiteNames.join(', ')} or all, got '${word}'${near ? `; did you mean '${near}'?` : ''}`,
    );
  });
  return [...new Set(names)];
}

/**
 * Measures a run's network. What each suite finds is kept in the run folder as `report/<suite>-<checkpoint>.json` and
 * used again for the same weights, configuration, data, labels, boxes and options; remove the file after changing the
 * pictures themselves. A suite that fails does not stop the others: it is in `failures`.
 *
 * @throws where there is no run or checkpoint, the data cannot be read or has other classes, or no suite can measure this
 * network and data
 */
export async function evaluateRun(
  path: string,
  { suites: wanted = ['accuracy'], threads, onProgress = () => {}, ...options }: EvaluateRunOptions = {},
): Promise<Evaluation> {
  if (threads !== undefined) setThreads(threads);
  return withTrainedNetwork(path, options, async (network) => {
    const of = { ...networkSource(network), test: testSource(network.source.test) };
    const found: Partial<Record<SuiteName, unknown>> = {};
    const failures: SuiteFailure[] = [];
    const { names, notes } = wanted === 'all' ? allowed(network, options) : { names: wanted, notes: [] };
    for (const suite of names) {
      try {
        found[suite] = await measured(suite, network, of, options, (done, all) => onProgress(suite, done, all));
      } catch (error) {
        if (names.length === 1) throw error;
        failures.push({ suite, message: error instanceof Error ? error.message : String(error) });
      }
    }
    if (failures.length > 0 && failures.length === names.length)
      throw new Error(failures.map(({ message }) => message).join('\n'));
    return {
      run: path,
      checkpoint: network.checkpoint.name,
      data: network.data,
      ...(options.limit !== undefined && { limit: options.limit }),
      classes: network.source.test.classes,
      ...(failures.length > 0 && { failures }),
      ...(notes.length > 0 && { notes }),
      ...(found as Partial<SuiteResults>),
    };
  });
}

/** Every suite that the data allows. */
function allowed(
  { source: { test }, data }: TrainedNetwork,
  { localization }: SuiteOptions,
): { names: readonly SuiteName[]; notes: string[] } {
  if (localization?.boxes !== undefined || hasBoxes(test)) return { names: suiteNames, notes: [] };
  return {
    names: suiteNames.filter((name) => name !== 'localization'),
    notes: [`localization was left out: ${data} has no true boxes.`],
  };
}

/** What a suite finds: what is kept of it, or else measured now and kept. */
async function measured(
  suite: SuiteName,
  given: TrainedNetwork,
  of: object,
  options: SuiteOptions,
  onBatch: OnBatch,
): Promise<unknown> {
  const network = await withBoxesOf(given, suite === 'localization' ? options.localization?.boxes : undefined);
  const madeFrom = { of, protocol: protocolVersions[suite], ...sourceOf(suite, network.source.test, options) };
  const path = resultPath(RunFolder.open(network.run), suite, network.checkpoint);
  const kept = keptResult(path, madeFrom);
  if (kept !== undefined) return kept;
  const localization = { ...options.localization, boxes: undefined };
  const found = await suites[suite](network, { ...options, localization }, onBatch);
  keepResult(path, madeFrom, found);
  return found;
}

/** The options and annotations that only some suites depend on. */
function sourceOf(suite: SuiteName, test: ImageSet, { limit, localization, robustness, ood }: SuiteOptions) {
  switch (suite) {
    case 'accuracy':
      return {};
    case 'localization':
      return { limit, options: { ...localization, boxes: digest(JSON.stringify([test.boxes, test.drawnAt])) } };
    case 'robustness':
      return { limit, options: robustness };
    case 'ood': {
      const unknown = ood?.unknown?.map(independentPath);
      return { limit, options: { ...ood, unknown, contents: unknown?.map(contentsOf) } };
    }
  }
}
