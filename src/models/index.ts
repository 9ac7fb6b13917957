/** Networks, one file a paper. */
export { ConvNeXt, type ConvNeXtOptions } from './convnext.ts';
export { EfficientNet } from './efficientnet.ts';
export { type Freeze, type Freezing, freezing } from './freezing.ts';
export {
  type ImageModel,
  type ModelOptions,
  type OnStage,
  type StageGridsOptions,
  stageGrids,
} from './image-model.ts';
export { MobileNetV3, type MobileNetV3Options } from './mobilenetv3.ts';
export { PooledModel } from './pooled-model.ts';
export { underOwnNames } from './published-names.ts';
export { PyramidNet, type PyramidNetOptions } from './pyramidnet.ts';
export { createModel, type NetworkDefinition, networkOfArchitecture, networkPatterns, networks } from './registry.ts';
export { cifarResNet, imageNetResNet, ResNet, type ResNetOptions, resNeXt } from './resnet.ts';
export { stagesOf } from './stages.ts';
export { VggGap, type VggGapOptions } from './vgg-gap.ts';
export { VisionTransformer, type VisionTransformerOptions } from './vit.ts';
