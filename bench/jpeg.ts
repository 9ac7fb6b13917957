import { createLoader, openData } from '../src/data/index.ts';
import { imageTensor, localRuntime, normalizeImages } from '../src/tasks/index.ts';
import { scope } from '../src/torch/index.ts';
import { jpegFolder } from './jpeg-pictures.ts';

const batchSize = 64;
const warmupSteps = 5;

/** Images a second that the loader's two threads and the normalization make of JPEG files, as jpeg.py does it. */
export async function jpegRate(seconds: number): Promise<number> {
  const { train } = await openData(jpegFolder, { size: 224, testShare: 0.01 });
  const augment = { padding: 0, flip: true };
  const loader = createLoader(train, { batchSize, shuffle: true, seed: 0, augment, workers: 2 });
  const { normalization } = train;
  const runtime = localRuntime({ channelsLast: true });
  let start = 0;
  for (let epoch = 0, steps = 0; ; epoch++) {
    for await (const batch of loader.batches(epoch)) {
      scope(() => void normalizeImages(imageTensor(batch, runtime), normalization));
      if (batch.indices.length < batchSize) continue;
      if (++steps === warmupSteps) start = performance.now();
      const elapsed = (performance.now() - start) / 1000;
      if (steps <= warmupSteps || elapsed < seconds) continue;
      await loader.close();
      return ((steps - warmupSteps) * batchSize) / elapsed;
    }
  }
}
