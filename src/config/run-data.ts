/** A run's data: opened as its configuration says, and compared with what the run recorded of it. */
import {
  type DataParts,
  dataFolder,
  dataLocation,
  type LabeledImages,
  openData,
  openDataLike,
  subset,
} from '../data/index.ts';
import { type CheckedData, checkRunData, type RunFolder } from '../runs/index.ts';
import { ConfigError, type TrainConfig } from './config.ts';
import { readRunData } from './environment.ts';

/** What a configuration trains on and measures. */
export async function openTrainingData(config: TrainConfig): Promise<DataParts<LabeledImages>> {
  return limited(normalized(await openData(config.data, { allowSkipped: config.allowSkipped }), config), config);
}

/** The data, normalized as the configuration says. @throws ConfigError where it has other channels */
function normalized(data: DataParts<LabeledImages>, { normalization: given }: TrainConfig): DataParts<LabeledImages> {
  const { channels, name } = data.train;
  for (const [key, values] of Object.entries(given)) {
    if (values === undefined || values.length === channels) continue;
    const expected = `expected ${channels} numbers, one for each channel of ${name}, got ${values.length}`;
    throw new ConfigError([`normalization.${key}: ${expected}`]);
  }
  const as = (set: LabeledImages): LabeledImages => {
    const { mean = set.normalization.mean, std = set.normalization.std } = given;
    return { ...set, normalization: { mean: [...mean], std: [...std] } };
  };
  const { train, validation, test } = data;
  return { ...data, train: as(train), ...(validation && { validation: as(validation) }), test: as(test) };
}

function limited(data: DataParts<LabeledImages>, { limitTrain, seed }: TrainConfig): DataParts<LabeledImages> {
  return limitTrain === undefined ? data : { ...data, train: subset(data.train, limitTrain, seed) };
}

export interface OpenRunDataOptions {
  /** Other data with the same classes. Default: the run's own. */
  data?: string | undefined;
  /** That data, where it is open already. */
  source?: DataParts<LabeledImages> | undefined;
}

/** A run's data as it is now. */
export interface RunData extends CheckedData<LabeledImages> {
  /** As it was asked for, or the run's own. */
  location: string;
}

/**
 * Opens a run's data, or other data for it, shown as in training, and compares it with the run's record: pictures that the run has trained on are
 * not among those that are measured.
 *
 * @throws where the data cannot be read, is to be shown in another way, has other classes than the training had, or holds
 * nothing else to measure
 */
export async function openRunData(
  run: RunFolder,
  config: TrainConfig,
  { data, source }: OpenRunDataOptions = {},
): Promise<RunData> {
  const location = data ?? config.data;
  const { classes, images } = readRunData(run);
  const trained = { data: config.data, images };
  const opened = normalized(
    source ?? (await openDataLike(data, trained, { allowSkipped: config.allowSkipped })),
    config,
  );
  checkSameClasses(location, opened.test.classes, classes);
  const isOther = dataLocation(location) !== config.data;
  const parts = isOther ? opened : limited(opened, withinReach(config, opened));
  const checked = await checkRunData(run, parts, dataFolder(location), { isOther });
  const changed = `${location} has changed since the training: ${checked.changes}`;
  return { location, ...checked, notes: [...(checked.changes === '' ? [] : [changed]), ...checked.notes] };
}

/** Where pictures are gone, there may be fewer than were trained on. */
function withinReach(config: TrainConfig, { train }: DataParts<LabeledImages>): TrainConfig {
  const { limitTrain } = config;
  return limitTrain === undefined ? config : { ...config, limitTrain: Math.min(limitTrain, train.length) };
}

/** Labels are places in the list of classes: with another list every number would be wrong without a word. */
function checkSameClasses(data: string, classes: readonly string[], trained: readonly string[]): void {
  const wayOut = 'give data with the same classes in the same order (data, --data)';
  if (classes.length !== trained.length) {
    throw new Error(
      `${data}: expected the ${trained.length} classes of the training, got ${classes.length}; ${wayOut}`,
    );
  }
  const other = trained.findIndex((name, label) => name.normalize('NFC') !== classes[label]!.normalize('NFC'));
  if (other < 0) return;
  throw new Error(
    `${data}: expected '${trained[other]}' as class ${other}, as in training, got '${classes[other]}'; ${wayOut}`,
  );
}
