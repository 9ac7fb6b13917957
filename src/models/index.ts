/** Networks, one file a paper. */
export type { ImageModel, ModelOptions, OnStage } from './image-model.ts';
export { createModel, modelNames } from './registry.ts';
export { cifarResNet, imageNetResNet, ResNet, type ResNetOptions } from './resnet.ts';
