/** Networks, one file a paper. */
export {
  type ImageModel,
  type ModelOptions,
  type OnStage,
  type StageGridsOptions,
  stageGrids,
} from './image-model.ts';
export { PooledModel } from './pooled-model.ts';
export { PyramidNet, type PyramidNetOptions } from './pyramidnet.ts';
export { createModel, type NetworkDefinition, networkPatterns, networks } from './registry.ts';
export { cifarResNet, imageNetResNet, ResNet, type ResNetOptions, resNeXt } from './resnet.ts';
export { VggGap, type VggGapOptions } from './vgg-gap.ts';
