import { trimMemory } from '../torch/index.ts';
import { type FindLearningRateOptions, type FoundLearningRate, findLearningRate } from '../train/index.ts';
import { buildTraining } from './build.ts';
import { chooseConfig } from './chosen.ts';
import type { ChosenConfig, TrainConfig } from './config.ts';
import { loadWeights } from './load-weights.ts';

export type FindRateOptions = Pick<
  FindLearningRateOptions<unknown, unknown, unknown>,
  'between' | 'steps' | 'onStep' | 'signal'
>;

/**
 * The range test of the learning rate for a configured training: see {@link findLearningRate}. Nothing is kept.
 *
 * @throws where the training could not begin
 */
export async function findRate(
  given: TrainConfig,
  options: FindRateOptions = {},
): Promise<FoundLearningRate & { config: ChosenConfig }> {
  const { config, data, path } = await chooseConfig(given, options);
  const training = await buildTraining(config, data);
  const { task, trainLoader: train, optimizer, runtime } = training;
  try {
    training.freezing?.beforeEpoch(1);
    if (path !== undefined) loadWeights(task.model, path, { head: config.weightsHead, title: config.weights });
    return { ...(await findLearningRate({ task, train, optimizer, runtime, seed: config.seed, ...options })), config };
  } finally {
    await training.close();
    trimMemory();
  }
}
