/** LibTorch for Node: tensors, operators, gradients, autocast, scopes. See docs/torch.md. */
import './methods.ts';

export { type AutocastOptions, autocast } from './autocast.ts';
export { clearGradients, enableGrad, type GradOptions, grad, inferenceMode, noGrad } from './autograd.ts';
export { full, type NestedNumbers, type TensorOptions, tensor } from './creation.ts';
export type { Device, DType, MemoryFormat, TypedArray, TypedArrays } from './dtype.ts';
export { DisposedTensorError, LibTorchNotFoundError, ShapeError, TorchError } from './errors.ts';
export * from './generated/operators.ts';
export { Generator } from './generator.ts';
export { callOperator } from './operator.ts';
export { hasFastBfloat16, processorFlags, processorName } from './processor.ts';
export {
  buildConfiguration,
  cudaDevices,
  type MemoryUse,
  memory,
  parallelInfo,
  resetPeakMemory,
  setThreads,
  threads,
  version,
} from './runtime.ts';
export { own, scope, tensorsIn } from './scope.ts';
export { loadTensors, saveTensors } from './state-file.ts';
export { type BackwardOptions, Tensor } from './tensor.ts';
