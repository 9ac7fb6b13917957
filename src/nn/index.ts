/** Layers, losses and initialization, with PyTorch's parameter names. */
export { GELU, ReLU, Sigmoid, SiLU, Tanh } from './activation.ts';
export { BatchNorm2d, type BatchNorm2dOptions } from './batch-norm2d.ts';
export { Conv2d, type Conv2dOptions, heNormal } from './conv2d.ts';
export { type DropBlockOptions, dropBlock } from './drop-block.ts';
export { Dropout, type DropoutOptions, dropout } from './dropout.ts';
export { Linear, uniformFanIn } from './linear.ts';
export { type ClassificationTargets, type CrossEntropyOptions, crossEntropy, type MixedTargets } from './losses.ts';
export { type AnyModule, Module, Sequential, type ToOptions } from './module.ts';
export { parseRegularizers, regularizerNames } from './parse-regularizer.ts';
export { AvgPool2d, GlobalAvgPool2d, MaxPool2d, type PoolOptions } from './pooling.ts';
export { type Regularizer, ResidualGate } from './regularizer.ts';
export { type FactorRange, type ShakeDropOptions, shakeDrop } from './shake-drop.ts';
export { copyStateDict } from './state-dict.ts';
export { StepContext } from './step-context.ts';
export { type StochasticDepthOptions, stochasticDepth } from './stochastic-depth.ts';
export { type TensorTree, tensorsOf } from './tensor-tree.ts';
