import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EpochRecord, readMetrics } from '../../src/runs/index.ts';
import { changed, copyPackage, type Ended, patchwork, startPatchwork } from '../support/command-line.ts';

const tiny = ['--data', 'shapes:train=96,test=32', '--epochs', '1', '--batch-size', '32', '--workers', '0'];
const cifar100Record = 3074;

let folder: string;
const run = (...words: string[]): Promise<Ended> => patchwork(words, { cwd: folder });

/** The message of a command that must fail: it says what is wrong, once, and shows no stack. */
async function failure(process: Promise<Ended>): Promise<string> {
  const { code, output, errors } = await process;
  expect(code, errors).toBe(1);
  expect(output).toBe('');
  // Data that was opened is told of before.
  expect(errors).toMatch(/^patchwork: /m);
  expect(errors.match(/patchwork: /g)).toHaveLength(1);
  expect(errors).not.toMatch(/^\s+at |Error:|undefined|node:internal/m);
  return errors;
}

const lastEpoch = (path: string) =>
  readMetrics(join(folder, path, 'metrics.jsonl')).findLast(
    (record): record is EpochRecord => record.kind === 'epoch',
  )!;

/** A CIFAR-100 folder; the record at the front of its test set has the labels given. */
function writeCifar(name: string, { labels = [3, 7], extraBytes = 0 } = {}): void {
  mkdirSync(join(folder, name));
  const good = Buffer.alloc(2 * cifar100Record);
  const test = Buffer.alloc(2 * cifar100Record + extraBytes);
  test.set(labels);
  writeFileSync(join(folder, name, 'train.bin'), good);
  writeFileSync(join(folder, name, 'test.bin'), test);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-cli-'));
  writeCifar('cut', { extraBytes: 1 });
  writeCifar('labels', { labels: [3, 100] });
  mkdirSync(join(folder, 'empty'));
  const archive = gzipSync(Buffer.from(Array.from({ length: 9000 }, (_, n) => (n * n) % 251)));
  writeFileSync(join(folder, 'cifar.tar.gz'), archive.subarray(0, archive.length / 2));
  writeFileSync(join(folder, 'bad.yaml'), 'epochs: 3\noptimzer: { name: sgd }\n');
  writeFileSync(join(folder, 'good.yaml'), 'mix: cutmix:probability=1\nepochs: 9\noptimizer: { learningRate: 0.2 }\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a training, and what is done with its run folder', () => {
  let trained: Ended;
  beforeAll(async () => {
    const words = ['--config', 'good.yaml', '--set', 'optimizer.momentum=0.8', '--limit-train', '64', '--run', 'run'];
    trained = await run('train', ...tiny, ...words, '--json');
  });

  it('ends with its errors as JSON, the same as in metrics.jsonl, and nothing else on standard output', () => {
    expect(trained.code, trained.errors).toBe(0);
    const { outcome, last } = JSON.parse(trained.output) as { outcome: string; last: object };
    expect(outcome).toBe('finished');
    expect(lastEpoch('run')).toMatchObject(last);
    expect(lastEpoch('run').imagesPerSecond).toBeGreaterThan(0);
  });

  it('takes flags over the file, and --set and --limit-train into the configuration and the steps', () => {
    const { config } = JSON.parse(readFileSync(join(folder, 'run', 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      epochs: 1,
      mix: 'cutmix:probability=1',
      limitTrain: 64,
      optimizer: { learningRate: 0.2, momentum: 0.8 },
    });
    expect(lastEpoch('run').step).toBe(2);
    expect(readdirSync(join(folder, 'run'))).toContain('mixed-batch.png');
  });

  it('is measured again by evaluate --json to the same numbers', async () => {
    const { code, output } = await run('evaluate', 'run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ run: 'run', accuracy: lastEpoch('run').scores });
  });

  it('is resumed to nothing when it has finished', async () => {
    const before = readFileSync(join(folder, 'run', 'metrics.jsonl'));
    const { code, output, errors } = await run('resume', 'run', '--json');
    expect(code).toBe(0);
    expect(errors).toContain('run: training has finished');
    expect(JSON.parse(output)).toEqual(JSON.parse(trained.output));
    expect(readFileSync(join(folder, 'run', 'metrics.jsonl'))).toEqual(before);
  });

  it('is not trained over', async () => {
    const before = readdirSync(join(folder, 'run')).sort();
    const text = await failure(run('train', ...tiny, '--run', 'run'));
    expect(text).toContain(
      'run folder run: expected a new or empty folder, got one that holds a run; use another --run',
    );
    expect(text).toContain("'patchwork resume run'");
    expect(readdirSync(join(folder, 'run')).sort()).toEqual(before);
  });

  it.each(['evaluate', 'resume'])(
    'is refused by %s when its checkpoint is cut off, which stays as it was',
    async (command) => {
      const copy = `${command}-cut`;
      cpSync(join(folder, 'run'), join(folder, copy), { recursive: true });
      const [checkpoint] = readdirSync(join(folder, copy, 'checkpoints'));
      const file = join(copy, 'checkpoints', checkpoint!, 'model.safetensors');
      truncateSync(join(folder, file), 20_000);
      const text = await failure(run(command, copy));
      expect(text).toContain(file);
      expect(text).toMatch(/expected .* bytes?.*, got 20000; the file is cut off/);
      expect(text).toContain('train again');
      expect(readFileSync(join(folder, file))).toHaveLength(20_000);
    },
  );

  it('stops on Ctrl-C: saves, says how to go on and exits as shells expect; resume finishes it', async () => {
    const words = ['train', ...changed(tiny, { '--epochs': '3' }), '--run', 'stopped'];
    const { child, ended } = startPatchwork(words, { cwd: folder });
    child.stderr!.on('data', (text) => String(text).includes('training into') && child.kill('SIGINT'));
    const { code, output, errors } = await ended;
    expect(code, errors).toBe(130);
    expect(output).toContain('stopped and saved; go on with: npx patchwork resume stopped');
    expect((await run('resume', 'stopped')).code).toBe(0);
    expect(lastEpoch('stopped')).toMatchObject({ epoch: 3, step: 9 });
  });
});

describe('a mistake on the command line', () => {
  it.each([
    ['trian', "unknown command 'trian'\n(Did you mean train?)\nSee: patchwork --help"],
    ['train --epoch 3', "unknown option '--epoch'\n(Did you mean --epochs?)\nSee: patchwork train --help"],
    ['train --epochs', "option '--epochs <n>' argument missing"],
    ['train --epochs ten', '--epochs: expected a whole number of at least 1, got "ten"'],
    ['train --epochs 2 --seed 1 --epochs 3', '--epochs: expected once, got it twice; leave one of them out'],
    ['train --cache --no-cache', '--cache: expected once, got it twice'],
    ['train --mix cutmix:alpha=1,alpha=2', 'cutmix: expected alpha once, got it twice'],
    ['train --precision bf61', "--precision: unknown value 'bf61'; did you mean 'bf16'? Valid: auto, fp32, bf16"],
    ['train --optimizer adam', "--optimizer: optimizer.name: unknown value 'adam'; did you mean 'adamw'?"],
    ['train --optimizer sgd:momentum=2', '--optimizer: optimizer.momentum: expected a number from 0 to below 1, got 2'],
    ['train --schedule cosin:warmupEpochs=1', "did you mean 'cosine'?"],
    ['train --augment.padding 4', "unknown option '--augment.padding'"],
    ['explain nowhere a.jpg --method gradcam', "--method: unknown value 'gradcam'; did you mean 'grad-cam'?"],
    ['reproduce T5 --budget smal', "--budget: unknown value 'smal'; did you mean 'small'?"],
    ['demo --epochs 0', '--epochs: expected a whole number of at least 1, got 0'],
    ['evaluate', "missing required argument 'run'"],
    ['evaluate nowhere', 'run folder nowhere: expected one with a config.json, got no such folder'],
    ['resume empty', 'run folder empty: expected one with a config.json, got none there'],
    ['train --model resent20', "unknown network 'resent20'; did you mean 'resnet20'?"],
    ['train --mix cutmx', "unknown method 'cutmx'; did you mean 'cutmix'?"],
    ['train --mix xyzzy', "unknown method 'xyzzy'. Valid: none, cutmix"],
    ['train --mix cutmix:probb=1', "cutmix: unknown option 'probb'; did you mean 'probability'?"],
    ['train --mix cutmix:alpha=0', 'cutmix: expected alpha to be a finite number above 0, got 0'],
    ['train --mix cutmix:probability=1.5', 'cutmix: expected probability to be a number in 0..1, got 1.5'],
    ['train --config bad.yaml', "bad.yaml:2:1: unknown key 'optimzer'; did you mean 'optimizer'?"],
    ['train --config none.yaml', '--config none.yaml: expected a YAML or JSON file, got no such file'],
    ['train --set optimizer.lerningRate=1', "unknown key 'lerningRate'; did you mean 'learningRate'?"],
    ['train --batch-size 0', '--batch-size: expected a whole number of at least 2, got 0'],
    ['train --batch-size 1', '--batch-size: expected a whole number of at least 2, got 1'],
    ['compare --seeds 1000000000', '--seeds: expected a whole number of at most 1000, got 1000000000'],
    ['train --threads 2000', '--threads: expected a whole number of at most 1024, got 2000'],
    ['train --threads 4294967297', '--threads: expected a whole number of at most 1024, got 4294967297'],
    ['train --workers 1000000', '--workers: expected a whole number of at most 256, got 1000000'],
    ['train --set augment.padding=1e9', 'augment.padding: expected a whole number of at most 1024, got 1000000000'],
    ['train --data shapes:size=1e9', 'shapes: expected size to be a whole number of at most 1024, got 1000000000'],
    ['train --model resnet20000002', 'cifarResNet: expected a depth of at most 10000, got 20000002'],
    ['train --config /dev/zero', '--config /dev/zero: expected a YAML or JSON file, got a device'],
    ['train --weights /dev/zero', '/dev/zero: expected a safetensors file, got a device'],
    [
      'train --weights empty',
      "empty: expected 'architecture' in a config.json beside the weights, got none; say which network they are of: --model NAME",
    ],
    ['mix /dev/zero empty', '/dev/zero: expected a picture, got a device'],
    ['mix \x1b[31m.jpg \x9bx', '\\u001b[31m.jpg: expected a picture, got no such file or folder'],
    ['--import /dev/zero train', '/dev/zero: expected a file with a module, got a device'],
    [
      'train --data shapes:train=8,test=8 --batch-size 64',
      'expected batchSize to be at most the 8 images of shapes train, got 64',
    ],
    ['train --data nowhere', "nowhere', which does not exist"],
    ['train --data empty', 'empty: expected a folder of .jpg, .png, .webp or .tif pictures for each class'],
    ['train --data cut', 'test.bin: expected one or more whole records of 3074 bytes, got 6149 bytes'],
    ['train --data labels', 'test.bin: expected labels in 0..99, got 100 in record 0'],
    ['train --data cifar.tar.gz', 'cifar.tar.gz: expected a whole .tar.gz archive, got one that is truncated'],
  ])('patchwork %s', async (line, message) => {
    expect(await failure(run(...line.split(' ')))).toContain(message);
    expect(readdirSync(folder)).not.toContain('runs');
  });
});

describe('a LibTorch that is not as it should be', () => {
  it('not there: the message says what to type, from train and from doctor', async () => {
    const env = { PATCHWORK_NATIVE: join(folder, 'nowhere.node') };
    const text = await failure(patchwork(['train', ...tiny], { cwd: folder, env }));
    expect(text).toContain('LibTorch could not be loaded');
    expect(text).toContain('npx patchwork setup');
    const doctor = await patchwork(['doctor'], { cwd: folder, env });
    expect(doctor.code).toBe(1);
    expect(doctor.output).toMatch(/no {2}LibTorch\s+LibTorch could not be loaded/);
    expect(doctor.output + doctor.errors).not.toMatch(/^\s+at /m);
  });

  it('never built for: the message says that the addon has not been built', async () => {
    const root = copyPackage(join(folder, 'unbuilt'));
    const text = await failure(patchwork(['train', ...tiny], { cwd: folder, root }));
    expect(text).toContain('The addon has not been built');
    expect(text).toContain('npx patchwork setup');
  });

  it('of another version than the addon: the message names both versions', async () => {
    const root = copyPackage(join(folder, 'other-version'), '1.12.0');
    const text = await failure(patchwork(['train', ...tiny], { cwd: folder, root }));
    expect(text).toMatch(/The addon was built for LibTorch 1\.12\.0, but \S+ now holds \d+\.\d+\.\d+: rebuild it/);
  });
});

it('doctor finds the engine in order, for people and as JSON', async () => {
  const { code, output } = await run('doctor', '--json');
  expect(code).toBe(0);
  const { ok, engine } = JSON.parse(output) as { ok: boolean; engine: Record<string, unknown> };
  expect(ok).toBe(true);
  expect(engine.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(engine.threads).toBeGreaterThanOrEqual(1);
  expect((await run('doctor')).output).toContain(`LibTorch   ${String(engine.version)}`);
});
