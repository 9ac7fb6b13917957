/**
 * A program whose loader has a thread that waits for a file that never comes: the pipe that it is given. Says `closed` when
 * the loader is closed all the same, and ends itself as the command line does.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** The loader's `mapTarget`, in its thread. */
export function readPipe(path) {
  writeFileSync(`${path}.waiting`, '');
  return readFileSync(path, 'utf8');
}

if (isMainThread) {
  const { createLoader, dataset } = await import(new URL('../../dist/data/index.js', import.meta.url).href);
  const [pipe] = process.argv.slice(2);
  const set = dataset({ height: 8, images: new Uint8Array(4 * 192), target: () => pipe });
  const mapTarget = { module: import.meta.url, name: 'readPipe' };
  const loader = createLoader(set, { batchSize: 4, shuffle: false, seed: 0, mapTarget });
  const batch = loader.batches(1).next();
  batch.catch((error) => process.stdout.write(`${error.message}\n`));
  while (!existsSync(`${pipe}.waiting`)) await new Promise((resolve) => setTimeout(resolve, 5));
  await loader.close();
  process.stdout.write('closed\n');
  process.kill(process.pid, 'SIGTERM');
}
