/**
 * What `source` gives, until the signal: also while it is waited for, as for a file on a network that does not answer. What
 * the source is still making is then left to it.
 *
 * @param signal default: none, and all of it comes
 * @throws what the source throws
 */
export async function* untilAborted<Value>(
  source: AsyncIterable<Value>,
  signal?: AbortSignal,
): AsyncGenerator<Value, void, void> {
  const iterator = source[Symbol.asyncIterator]();
  // One waiting at a time: racing each step against one promise would keep every batch until that is settled.
  let stopWaiting = () => {};
  const stop = () => stopWaiting();
  signal?.addEventListener('abort', stop);
  try {
    while (!signal?.aborted) {
      const next = await new Promise<IteratorResult<Value> | undefined>((resolve, reject) => {
        stopWaiting = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    // Not awaited: a generator ends only after the step that it is in.
    iterator.return?.().catch(() => {});
  }
}
