/** LibTorch for Node: tensors, operators, gradients, autocast, scopes. See docs/torch.md. */
export { clearGradients, type GradOptions, grad } from './autograd.ts';
export { full, type NestedNumbers, type TensorOptions, tensor } from './creation.ts';
export { cudaDevices, deviceType, hasFastBfloat16, synchronize } from './device.ts';
export type { Device, DType, MemoryFormat, TypedArray, TypedArrays } from './dtype.ts';
export {
  DisposedTensorError,
  LibTorchNotFoundError,
  OutOfMemoryError,
  ShapeError,
  TorchError,
} from './errors.ts';
export * from './generated/operators.ts';
export { Generator, type GeneratorOptions } from './generator.ts';
export { type AutocastOptions, autocast, enableGrad, inferenceMode, noGrad } from './modes.ts';
export { callOperator } from './operator.ts';
export { processorFlags, processorName } from './processor.ts';
export {
  answerSignals,
  buildConfiguration,
  type MemoryUse,
  memory,
  parallelInfo,
  resetPeakMemory,
  setThreads,
  threads,
  trimMemory,
  version,
} from './runtime.ts';
export { readMetadata } from './safetensors.ts';
export { own, scope } from './scope.ts';
export { type BackwardOptions, Tensor, tensorsIn } from './tensor.ts';
export { loadTensors, saveTensors } from './tensor-files.ts';
