/** Measures a run's network by one or more suites, and keeps what was found in the run folder. */
import type { BadImage } from '../data/index.ts';
import { cachedResult, cacheResult, RunFolder, readResult, resultPath } from '../runs/index.ts';
import { setThreads } from '../torch/index.ts';
import type { AccuracyResult } from './accuracy/accuracy.ts';
import { networkSource } from './accuracy/predictions.ts';
import type { LocalizationResult } from './localization/localization.ts';
import { type Measurement, measureSuites, messageOf } from './measure-suites.ts';
import { type OpenNetworkOptions, type TrainedNetwork, withTrainedNetwork } from './network.ts';
import type { OodResult } from './ood/ood.ts';
import type { RobustnessResult } from './robustness/robustness.ts';
import { type Suite, type SuiteDefinition, suites } from './suite.ts';
import type { SuiteChoice } from './suites.ts';

/** What the suites that come with Patchwork find. */
export interface SuiteResults {
  accuracy: AccuracyResult;
  localization: LocalizationResult;
  robustness: RobustnessResult;
  ood: OodResult;
}

export interface SuiteFailure {
  suite: string;
  message: string;
}

/** What was measured of one run: the suites that were asked for, each under its name; those of others too. */
export interface Evaluation extends Partial<SuiteResults> {
  run: string;
  /** The checkpoint's name. */
  checkpoint: string;
  /** As evaluation was asked for it. */
  data: string;
  /** As evaluation was asked for it: how many of the test images the suites but accuracy took. Left out for all. */
  limit?: number;
  /** Names of the classes, by label. */
  classes: string[];
  /** Suites that were asked for and could not be measured; left out where there is none. */
  failures?: SuiteFailure[];
  /**
   * Sentences on the data: what has changed since the training, pictures that are left out, and suites that it does not
   * allow; left out where there is none.
   */
  notes?: string[];
  /** Pictures that were read although their files are odd, where any was read now; left out where there is none. */
  warnedImages?: readonly BadImage[];
  [suite: string]: unknown;
}

export interface EvaluateRunOptions extends OpenNetworkOptions {
  /** Default: accuracy alone. */
  suites?: readonly SuiteChoice[] | undefined;
  /** Only the first `limit` images of a shuffle by the run's seed. Default: all test images. Accuracy always takes all. */
  limit?: number | undefined;
  /** The engine's threads. Default: the physical cores. */
  threads?: number | undefined;
  /** Where the work is: what is being measured, and how far it is. */
  onProgress?: ((what: string, done: number, of: number) => void) | undefined;
}

/**
 * Measures a run's network by suites; the test images are decoded once for all of them. What each suite finds is kept in
 * the run folder as `report/<suite>-<checkpoint>.json` and used again for the same weights, configuration, pictures, labels,
 * boxes and options. A suite that fails does not stop the others: it is in `failures`.
 *
 * @throws where there is no run or checkpoint, the data cannot be read or has other classes, a suite or option is unknown,
 *   or no suite can measure this network and data
 */
export async function evaluateRun(
  path: string,
  {
    suites: choices = [{ name: 'accuracy' }],
    threads,
    limit,
    onProgress = () => {},
    ...options
  }: EvaluateRunOptions = {},
): Promise<Evaluation> {
  if (threads !== undefined) setThreads(threads);
  return withTrainedNetwork(path, options, async (network) => {
    const found: Record<string, unknown> = {};
    const failures: SuiteFailure[] = [];
    const notes: string[] = [...network.notes];
    let refused = 0;
    const toMeasure: Measurement[] = [];
    for (const choice of choices) {
      const definition = suites.get(choice.name);
      const given = choice.options ?? {};
      // Wrong options are said before anything is measured.
      const suite = await definition.make(given, network);
      const refusal = choice.ifAllowed ? await definition.refusal?.(network, given) : undefined;
      if (refusal !== undefined) {
        notes.push(refusal);
        refused++;
        continue;
      }
      try {
        const measurement = await measurementOf(network, definition, suite, given, limit);
        const kept = cachedResult(measurement.path, measurement.madeFrom);
        if (kept === undefined) toMeasure.push(measurement);
        else found[choice.name] = kept;
      } catch (error) {
        failures.push({ suite: choice.name, message: messageOf(error) });
      }
    }
    const warnedImages: BadImage[] = [];
    const onWarned = (images: readonly BadImage[]) => void warnedImages.push(...images);
    await measureSuites(network, toMeasure, { limit, onProgress, onWarned });
    for (const { name, path: place, madeFrom, failure, found: result } of toMeasure) {
      if (failure !== undefined) failures.push({ suite: name, message: failure });
      else {
        found[name] = result;
        cacheResult(place, madeFrom, result);
      }
    }
    if (failures.length > 0 && failures.length === choices.length - refused) {
      throw new Error(failures.map(({ message }) => message).join('\n'));
    }
    return {
      run: path,
      checkpoint: network.checkpoint.name,
      data: network.data,
      ...(limit !== undefined && { limit }),
      classes: network.images.classes,
      ...(failures.length > 0 && { failures }),
      ...(notes.length > 0 && { notes }),
      ...(warnedImages.length > 0 && { warnedImages }),
      ...Object.fromEntries(choices.flatMap(({ name }) => (name in found ? [[name, found[name]]] : []))),
    };
  });
}

async function measurementOf(
  network: TrainedNetwork,
  definition: SuiteDefinition,
  suite: Suite,
  options: Readonly<Record<string, unknown>>,
  limit: number | undefined,
): Promise<Measurement> {
  const { name, protocol, takesAll = false } = definition;
  const defaults = Object.entries(definition.options).map(([key, spec]) => [key, options[key] ?? spec.default]);
  const resolved = Object.fromEntries(defaults);
  const madeFrom = {
    of: networkSource(network),
    protocol,
    ...(!takesAll && limit !== undefined && { limit }),
    options: resolved,
    source: await definition.source?.(network, resolved),
  };
  const path = resultPath(RunFolder.open(network.run), `${name}-${network.checkpoint.name}`);
  return { name, definition, suite, path, madeFrom };
}

/** One suite on a network that is open, without keeping what it finds. @throws as the suite does */
export async function measureSuite<Name extends keyof SuiteResults | (string & {})>(
  network: TrainedNetwork,
  { name, options = {} }: SuiteChoice & { name: Name },
  { limit, onProgress = () => {} }: Pick<EvaluateRunOptions, 'limit' | 'onProgress'> = {},
): Promise<Name extends keyof SuiteResults ? SuiteResults[Name] : unknown> {
  const definition = suites.get(name);
  const measurement: Measurement = {
    name,
    definition,
    suite: await definition.make(options, network),
    path: '',
    madeFrom: {},
  };
  await measureSuites(network, [measurement], { limit, onProgress });
  if (measurement.failure !== undefined) throw new Error(measurement.failure);
  return measurement.found as Name extends keyof SuiteResults ? SuiteResults[Name] : unknown;
}

/**
 * What other calls found of the same network and the same images, of suites that this one did not measure, each with the
 * limit that it was measured under.
 */
export function otherEvaluations(evaluation: Evaluation): Evaluation[] {
  const { run, checkpoint, data, classes } = evaluation;
  const folder = RunFolder.open(run);
  const keptOf = (suite: string) => {
    const kept = readResult(resultPath(folder, `${suite}-${checkpoint}`));
    return kept && { result: kept.result, ...(kept.madeFrom as { of: unknown; protocol: number; limit?: number }) };
  };
  const measured = suites.names.find((suite) => evaluation[suite] !== undefined);
  const of = measured && JSON.stringify(keptOf(measured)?.of);
  return [...suites].flatMap(({ name, protocol }) => {
    const kept = evaluation[name] === undefined ? keptOf(name) : undefined;
    if (kept === undefined || JSON.stringify(kept.of) !== of || kept.protocol !== protocol) return [];
    const { limit, result } = kept;
    return { run, checkpoint, data, classes, ...(limit !== undefined && { limit }), [name]: result };
  });
}
