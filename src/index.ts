/** Patchwork: train image networks with CutMix, on LibTorch. Each part is also importable on its own, as `patchwork/mix`. */
export * as data from './data/index.ts';
export * as evaluate from './evaluate/index.ts';
export * as metrics from './metrics/index.ts';
export * as mix from './mix/index.ts';
export * as models from './models/index.ts';
export * as nn from './nn/index.ts';
export * as optim from './optim/index.ts';
export * as random from './random/index.ts';
export * as tasks from './tasks/index.ts';
export * as torch from './torch/index.ts';
export * as train from './train/index.ts';
