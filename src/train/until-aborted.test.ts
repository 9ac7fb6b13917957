import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { untilAborted } from './until-aborted.ts';

const never = new Promise<never>(() => {});

/** Gives what it is told to, and says when it is left. */
async function* source(
  values: readonly (number | Promise<number>)[],
  left: string[],
): AsyncGenerator<number, void, void> {
  try {
    for (const value of values) yield await value;
  } finally {
    left.push('left');
  }
}

async function taken(from: AsyncIterable<number>, onValue: (value: number) => void = () => {}): Promise<number[]> {
  const values: number[] = [];
  for await (const value of from) {
    values.push(value);
    onValue(value);
  }
  return values;
}

it('without a signal, or one that does not come, all of it comes and the listener is gone', async () => {
  const { signal } = new AbortController();
  expect(await taken(untilAborted(source([1, 2, 3], [])))).toEqual([1, 2, 3]);
  expect(await taken(untilAborted(source([1, 2, 3], []), signal))).toEqual([1, 2, 3]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('ends at the signal although what is waited for never comes', async () => {
  const controller = new AbortController();
  const values = taken(untilAborted(source([1, never], []), controller.signal), () => {
    setImmediate(() => controller.abort());
  });
  expect(await values).toEqual([1]);
});

it('asks for nothing more where the signal came between two values, and leaves the source', async () => {
  const [controller, left] = [new AbortController(), [] as string[]];
  const values = await taken(untilAborted(source([1, 2, 3], left), controller.signal), (value) => {
    if (value === 2) controller.abort();
  });
  expect(values).toEqual([1, 2]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(left).toEqual(['left']);
});

it('throws what the source throws', async () => {
  const failing = source([1, Promise.reject(new Error('no such row'))], []);
  await expect(taken(untilAborted(failing, new AbortController().signal))).rejects.toThrow('no such row');
});
