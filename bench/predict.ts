import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pictureStream } from '../src/data/index.ts';
import { loadNetwork } from '../src/evaluate/index.ts';
import { createModel } from '../src/models/index.ts';
import { saveTensors } from '../src/torch/index.ts';
import { jpegFolder, predictingNetwork } from './jpeg-pictures.ts';

const workers = 2;
const side = 224;

/** `count` paths of the JPEGs, from the start again where there are fewer. */
function* paths(count: number): Generator<string> {
  const files = ['even', 'odd'].flatMap((name) => readdirSync(join(jpegFolder, name)).map((file) => join(name, file)));
  for (let n = 0; n < count; n++) yield join(jpegFolder, files[n % files.length]!);
}

/** A folder in the hub's layout, beside the pictures. */
function weights(): string {
  const folder = join(dirname(jpegFolder), `bench-${predictingNetwork}`);
  if (existsSync(join(folder, 'config.json'))) return folder;
  mkdirSync(folder, { recursive: true });
  const model = createModel(predictingNetwork, { classes: 1000 });
  saveTensors(join(folder, 'model.safetensors'), model.stateDict());
  model.dispose();
  const pictures = { input_size: [3, side, side], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
  const card = { architecture: predictingNetwork, num_classes: 1000, pretrained_cfg: pictures };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(card));
  return folder;
}

/** Images a second that the threads decode when nothing computes. */
export async function decodeRate(count: number): Promise<number> {
  const stream = pictureStream({ channels: 3, height: side, width: side }, { workers });
  const sources = [...paths(count)].map((path) => ({ path }));
  const start = performance.now();
  let done = 0;
  for await (const { indices } of stream.batches(sources, 100)) done += indices.length;
  await stream.close();
  return (1000 * done) / (performance.now() - start);
}

/** Images a second from files to classes, as `patchwork predict` does it. */
export async function predictRate(count: number): Promise<number> {
  const network = await loadNetwork(weights(), { workers });
  const start = performance.now();
  let done = 0;
  for await (const { error } of network.classify(paths(count))) {
    if (error !== undefined) throw new Error(error);
    done++;
  }
  const rate = (1000 * done) / (performance.now() - start);
  await network.dispose();
  return rate;
}
