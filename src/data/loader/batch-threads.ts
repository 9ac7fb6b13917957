import type { Worker } from 'node:worker_threads';
import { startThread } from '../worker-thread.ts';
import type { BatchRecipe, BatchRequest } from './batch-recipe.ts';
import type { BatchDelivery, BatchOrder } from './batch-worker.ts';
import type { MadeBatch } from './make-batch.ts';

interface Pending {
  resolve(batch: MadeBatch): void;
  reject(error: Error): void;
}

/** How long threads are waited for when they are to end, in milliseconds. */
const patience = 1000;

/** Threads that make batches. An idle thread does not keep the process alive. */
export class BatchThreads {
  readonly #threads: Worker[];
  readonly #pending = new Map<number, Pending>();
  #orders = 0;
  #failure: Error | undefined;
  #closing = false;

  constructor(recipe: BatchRecipe, count: number) {
    this.#threads = Array.from({ length: count }, () =>
      startThread(import.meta.url, 'batch-worker', recipe, recipe.mapTarget?.module),
    );
    for (const thread of this.#threads) {
      thread.unref();
      thread.on('message', (delivery: BatchDelivery) => this.#deliver(delivery));
      thread.on('error', (error) => this.#fail(`failed: ${error instanceof Error ? error.message : error}`));
      thread.on('exit', (code) => this.#fail(`ended unexpectedly with code ${code}`));
    }
  }

  /** Has a thread make a batch, which comes back without a copy. The threads take turns. */
  make(request: BatchRequest): Promise<MadeBatch> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#orders++;
    const order: BatchOrder = { id, ...request };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#keepAlive();
      this.#threads[id % this.#threads.length]!.postMessage(order);
    });
  }

  /** Ends the threads. Batches still being made are rejected. A thread that waits for a disk that does not answer is left. */
  async close(): Promise<void> {
    this.#failure ??= new Error('loader: expected an open loader, got one that was closed; create a new one');
    this.#rejectPending(this.#failure);
    this.#closing = true;
    const ended = Promise.all(this.#threads.map((thread) => thread.terminate()));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([ended, late]).finally(() => clearTimeout(timer));
  }

  #deliver({ id, batch, failure }: BatchDelivery): void {
    const pending = this.#pending.get(id);
    if (batch !== undefined) pending?.resolve(batch);
    else pending?.reject(new Error(failure));
    this.#pending.delete(id);
    this.#keepAlive();
  }

  #fail(what: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = new Error(`loader: a worker thread ${what}; workers: 0 makes the batches without threads`);
    this.#rejectPending(this.#failure);
  }

  #rejectPending(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#keepAlive();
  }

  /** The process must wait for batches that are being made, and for nothing else. */
  #keepAlive(): void {
    // A thread that is being ended keeps the process alive by itself. A batch it had under way can still arrive: letting
    // go of the thread then would end the process before close() is done.
    if (this.#closing) return;
    for (const thread of this.#threads) {
      if (this.#pending.size > 0) thread.ref();
      else thread.unref();
    }
  }
}
