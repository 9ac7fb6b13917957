import { parentPort, workerData } from 'node:worker_threads';
import type { BatchRecipe, BatchRequest } from './batch-recipe.ts';
import { type MadeBatch, makeBatch } from './make-batch.ts';

/** A loader's thread: makes the batches it is asked for. */

export interface BatchOrder extends BatchRequest {
  id: number;
}

/** The batch, or why there is none. */
export interface BatchDelivery {
  id: number;
  batch?: MadeBatch;
  failure?: string;
}

const recipe = workerData as BatchRecipe;
const port = parentPort;
if (port === null) throw new Error('batch-worker: expected to run in a worker thread; it is started by createLoader');

/** One after the other: two batches at once would take twice the memory and make the first one later. */
let latest = Promise.resolve();

port.on('message', (order: BatchOrder) => {
  latest = latest.then(() => deliver(order));
});

async function deliver({ id, ...request }: BatchOrder): Promise<void> {
  const delivery: BatchDelivery = { id };
  try {
    delivery.batch = await makeBatch(recipe, request);
  } catch (error) {
    delivery.failure = error instanceof Error ? error.message : String(error);
  }
  port?.postMessage(delivery, delivery.batch ? [delivery.batch.images.buffer] : []);
}
