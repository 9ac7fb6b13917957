/** Image classification: mixing on tensors, the loss, the scores. */
export {
  type ClassifiedImages,
  type ClassifyOptions,
  type ClassifyTask,
  classify,
} from './classify.ts';
export { type ClassifyInput, ClassifyMeter } from './classify-meter.ts';
export { mixImages, mixMap, mixTargets } from './mix-batch.ts';
