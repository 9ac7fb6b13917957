import { parentPort, workerData } from 'node:worker_threads';
import { type BatchRecipe, type BatchRequest, makeBatch } from './batch.ts';

/** A loader's thread: makes the batches it is asked for, in the order of asking. */

export interface BatchOrder extends BatchRequest {
  id: number;
}

export interface BatchDelivery {
  id: number;
  images: Uint8Array<ArrayBuffer>;
}

const recipe = workerData as BatchRecipe;
const port = parentPort;
if (port === null) throw new Error('batch-worker: expected to run in a worker thread; it is started by createLoader');

port.on('message', ({ id, ...request }: BatchOrder) => {
  const images = makeBatch(recipe, request);
  const delivery: BatchDelivery = { id, images };
  port.postMessage(delivery, [images.buffer]);
});
