/**
 * `patchwork/train`: the loop over any task, and trainings by configuration, which people look for beside it. The folder
 * `train/` itself knows nothing of configurations.
 */
export * from '../train/index.ts';
export {
  ConfigError,
  type LoadConfigOptions,
  loadConfig,
  parseConfig,
  type ResumeOptions,
  resume,
  type TrainConfig,
  type TrainConfigInput,
  type TrainOptions,
  type TrainResult,
  train,
} from './index.ts';
