/** Text, YAML and flags to the objects that `fit` takes, and trainings by configuration. */
export {
  buildEvaluationLoader,
  buildModel,
  buildOptimizer,
  buildRuntime,
  buildSchedule,
  buildTraining,
  evaluationBatchSize,
  type Training,
} from './build.ts';
export {
  type ChooseOptions,
  type ChosenTraining,
  choicesMade,
  chooseConfig,
  withChoices,
} from './chosen.ts';
export {
  type ChosenConfig,
  ConfigError,
  configSchema,
  parseConfig,
  type TrainConfig,
  type TrainConfigInput,
  trainOptions,
} from './config.ts';
export { type LoadConfigOptions, loadConfig } from './config-file.ts';
export {
  describeEnvironment,
  independentConfig,
  packageVersion,
  readRunConfig,
  readRunData,
  readShownImages,
} from './environment.ts';
export { type FindRateOptions, findRate } from './find-rate.ts';
export {
  checkFormat,
  describeWeights,
  type LoadWeightsOptions,
  loadWeights,
  type WeightsSummary,
} from './load-weights.ts';
export { describedNetwork, isOfWeights, type ModelCard, type NetworkDescription } from './model-card.ts';
export { type Published, withPublished } from './published.ts';
export { type OpenRunDataOptions, openRunData, openTrainingData, type RunData } from './run-data.ts';
export { type ResumeOptions, resume, type TrainOptions, type TrainResult, train } from './train.ts';
