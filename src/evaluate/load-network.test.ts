import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { type Predictions, predict } from './accuracy/predictions.ts';
import { explain } from './explain.ts';
import { type ClassifiedPicture, type LoadedNetwork, loadNetwork } from './load-network.ts';
import type { PictureInputs } from './picture-input.ts';

const folder = temporaryFolder(afterAll);
const data = join(folder, 'photos');
const run = join(folder, 'run');
const names = ['test/a/0.jpg', 'test/a/1.png', 'test/a/2.jpg', 'test/b/0.webp', 'test/b/1.jpg'];
const paths = names.map((name) => join(data, name));
const moved = join(folder, 'pictures');
let known: Predictions;
let network: LoadedNetwork;
/** Computes as evaluation does, to the bit. */
let exact: LoadedNetwork;

/** What evaluation said while the data was there; then the data goes, and only the pictures stay, elsewhere. */
beforeAll(async () => {
  await writePictures(data, [...names, 'train/a/0.png', 'train/a/1.png', 'train/b/0.png', 'train/b/1.png']);
  const given = {
    data: `${data}:size=16,fit=stretch,cropShare=0.8`,
    epochs: 1,
    batchSize: 2,
    evalBatchSize: 2,
    mix: 'none',
  } as const;
  await train(smallConfig(given), { run });
  known = await predict(run);
  renameSync(join(data, 'test'), moved);
  rmSync(data, { recursive: true });
  network = await loadNetwork(run);
  exact = await loadNetwork(run, { foldBatchNorm: false });
});
afterAll(async () => {
  await network.dispose();
  await exact.dispose();
});

const now = paths.map((path) => path.replace(join(data, 'test'), moved));

async function classified(inputs: PictureInputs, options = {}, by = network): Promise<ClassifiedPicture[]> {
  const found: ClassifiedPicture[] = [];
  for await (const result of by.classify(inputs, options)) found.push(result);
  return found;
}

/** What evaluation said of image `n`, in the order of the labels. */
const rowOf = (n: number) => [...known.probabilities.subarray(2 * n, 2 * n + 2)];
const byLabel = ({ top = [] }: ClassifiedPicture) =>
  network.classes.map((name) => top.find((one) => one.name === name)?.probability);

it('says without the data what evaluation said with it, to the bit, of paths, bytes and a stream of both', async () => {
  expect(existsSync(data)).toBe(false);
  expect(network.classes).toEqual(['a', 'b']);
  expect(network.size).toEqual({ height: 16, width: 16 });
  const results = await classified(now, {}, exact);
  expect(results.map(({ path }) => path)).toEqual(now);
  expect(results.map(byLabel)).toEqual(now.map((_, n) => rowOf(n)));
  expect(results.map(({ top }) => top![0]!.name)).toEqual([...known.predicted].map((label) => known.classes[label]));
  const bytes = now.map((path) => readFileSync(path));
  async function* mixed() {
    yield* bytes.slice(0, 2);
    yield* now.slice(2);
  }
  const streamed = await classified(mixed(), {}, exact);
  expect(streamed.map(byLabel)).toEqual(results.map(byLabel));
  expect(streamed.map(({ path }) => path)).toEqual([undefined, undefined, ...now.slice(2)]);
  const threaded = await loadNetwork(run, { workers: 2, foldBatchNorm: false });
  expect(await classified(now, {}, threaded)).toEqual(results);
  await threaded.dispose();
});

it('says the same classes with batch normalization folded, and probabilities within bfloat16', async () => {
  const [folded, unfolded] = [await classified(now), await classified(now, {}, exact)];
  expect(folded.map(({ top }) => top![0]!.name)).toEqual(unfolded.map(({ top }) => top![0]!.name));
  for (const [n, result] of folded.entries()) {
    for (const [label, value] of byLabel(result).entries()) expect(value).toBeCloseTo(byLabel(unfolded[n]!)[label]!, 2);
  }
  expect(folded.map(byLabel)).not.toEqual(unfolded.map(byLabel));
});

it('takes a single path, the bytes of a single file, or pixels, for one picture', async () => {
  const [expected] = await classified(now.slice(1, 2));
  expect(await classified(now[1]!)).toEqual([expected]);
  const bytes = readFileSync(now[1]!);
  expect(await classified(bytes)).toEqual([{ top: expected!.top }]);
  const { data: pixels, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect(await classified({ ...info, data: pixels } as PictureInputs)).toEqual([{ top: expected!.top }]);
});

it('tells at its place why a picture among many is none, or throws where that is asked for', async () => {
  const [text, none] = [join(folder, 'text.jpg'), join(folder, 'none.jpg')];
  writeFile(text, 'no picture');
  const given = [now[0]!, text, none, new Uint8Array([1, 2, 3]), now[1]!];
  const results = await classified(given, { topK: 1 });
  expect(results.map(({ path, error, top }) => [path, error?.slice(0, 30), top?.length])).toEqual([
    [now[0], undefined, 1],
    [text, 'expected a JPEG, PNG, WebP or ', undefined],
    [none, 'expected a file that can be re', undefined],
    [undefined, 'expected a JPEG, PNG, WebP or ', undefined],
    [now[1], undefined, 1],
  ]);
  await expect(classified(given, { onBadPicture: 'fail' })).rejects.toThrow(`${text}: expected a JPEG`);
  expect(await classified([])).toEqual([]);
});

it('what is no picture by its kind is refused, and so are options out of range', async () => {
  await expect(classified(7 as unknown as PictureInputs)).rejects.toThrow('paths, bytes or pixels, or a list');
  await expect(classified([7] as unknown as PictureInputs)).rejects.toThrow('expected a path, a Uint8Array');
  await expect(classified(now, { topK: 0 })).rejects.toThrow('topK');
  await expect(classified(now, { batchSize: 0 })).rejects.toThrow('batchSize');
});

it('explains a picture without the data, from its path and from its bytes', async () => {
  const [ofPath, ofBytes] = await explain(run, [now[0]!, readFileSync(now[0]!)]);
  expect(ofPath!.path).toBe(now[0]);
  expect(ofBytes!.path).toBe('picture in memory');
  expect(ofBytes!.top).toEqual(ofPath!.top);
  expect(ofBytes!.regions).toEqual(ofPath!.regions);
  expect((await network.explain(now[0]!)).top).toEqual(ofPath!.top);
  const [said] = await classified(now[0]!);
  expect(ofPath!.top.map(({ name }) => name)).toEqual(said!.top!.map(({ name }) => name));
});

it('is not asked any more once it was disposed', async () => {
  const other = await loadNetwork(run);
  await other.dispose();
  await other.dispose();
  await expect(classified(now, {}, other)).rejects.toThrow('expected a network in memory, got one that was disposed');
  await expect(other.explain(now[0]!)).rejects.toThrow('disposed');
});

it('a run without a checkpoint or without the size of its images is told with the way out; an early one has its channels', async () => {
  await expect(loadNetwork(join(folder, 'nowhere'))).rejects.toThrow('nowhere');
  await expect(loadNetwork(run, { checkpoint: 'step-00000099' })).rejects.toThrow('step-00000099');
  const config = join(run, 'config.json');
  const text = readFileSync(config, 'utf8');
  const record = JSON.parse(text) as { images: object };
  expect(record.images).toEqual({ channels: 3, height: 16, width: 16, fit: 'stretch', cropShare: 0.8 });
  try {
    writeFileSync(config, JSON.stringify({ ...record, images: undefined }));
    await expect(loadNetwork(run)).rejects.toThrow(
      "expected the size of the images under the key 'images', got none; add it",
    );
    writeFileSync(
      config,
      JSON.stringify({ ...record, images: { height: 16, width: 16, fit: 'stretch', cropShare: 0.8 } }),
    );
    const early = await loadNetwork(run);
    expect(await classified(now, {}, early)).toEqual(await classified(now));
    await early.dispose();
  } finally {
    writeFileSync(config, text);
  }
  renameSync(join(run, 'checkpoints'), join(folder, 'checkpoints'));
  await expect(loadNetwork(run)).rejects.toThrow(`no checkpoint yet; train on with 'patchwork resume ${run}'`);
  renameSync(join(folder, 'checkpoints'), join(run, 'checkpoints'));
});
