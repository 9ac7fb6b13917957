#!/usr/bin/env node
// Evidence that a change leaves trainings as they were: runs nine small trainings by the command line and prints the
// SHA-256 of the weights and of the optimizer's state in each one's last checkpoint.
//
//   node scripts/checkpoint-digests.mjs [--program DIR/bin/patchwork.mjs] [--out FILE] [--compare FILE]
//
// --program: the command line of another checkout. --compare: exit status 1, naming the trainings, where a digest differs
// from those of a file that --out wrote. Digests are those of one machine and one LibTorch.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import tar from 'tar-stream';

const { values } = parseArgs({
  options: { program: { type: 'string' }, out: { type: 'string' }, compare: { type: 'string' } },
});
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = resolve(values.program ?? join(root, 'bin', 'patchwork.mjs'));
const folder = mkdtempSync(join(tmpdir(), 'patchwork-digests-'));

/** A byte for each place, well mixed and the same everywhere. */
function bytes(count, seed) {
  let state = seed >>> 0;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** CIFAR-10's binary files with few records, in which a class has a brightness. */
function writeCifar(path) {
  mkdirSync(path, { recursive: true });
  const records = (count, seed) =>
    Buffer.concat(
      Array.from({ length: count }, (_, n) => {
        const label = n % 10;
        const pixels = bytes(3072, seed + n).map((value) => (value >> 1) + 12 * label);
        return Buffer.concat([Buffer.of(label), pixels]);
      }),
    );
  for (let part = 1; part <= 5; part++) writeFileSync(join(path, `data_batch_${part}.bin`), records(32, 1000 * part));
  writeFileSync(join(path, 'test_batch.bin'), records(40, 9000));
}

/** Smooth pictures of two classes, as JPEGs. */
async function picture(label, n) {
  const noise = bytes(8 * 6 * 3, 100 * label + n).map((value) => (value >> 1) + 100 * label);
  const small = sharp(noise, { raw: { width: 8, height: 6, channels: 3 } });
  return small.resize(160, 120, { kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer();
}

async function writePictures(path) {
  for (const [label, name] of ['cat', 'dog'].entries()) {
    for (const [part, count] of Object.entries({ train: 24, val: 8 })) {
      mkdirSync(join(path, part, name), { recursive: true });
      for (let n = 0; n < count; n++) {
        writeFileSync(join(path, part, name, `${n}.jpg`), await picture(label, part === 'train' ? n : 50 + n));
      }
    }
  }
}

async function writeShard(path, count, seed) {
  const pack = tar.pack();
  for (let n = 0; n < count; n++) {
    const mtime = new Date(0);
    const jpeg = await picture(n % 2, seed + n);
    pack.entry({ name: `${String(n).padStart(4, '0')}.jpg`, mtime }, jpeg);
    pack.entry({ name: `${String(n).padStart(4, '0')}.cls`, mtime }, String(n % 2));
  }
  pack.finalize();
  const chunks = [];
  for await (const chunk of pack) chunks.push(chunk);
  writeFileSync(path, Buffer.concat(chunks));
}

const usual = ['--epochs', '2', '--threads', '1', '--seed', '3'];
const cifar = ['--data', 'cifar-10-batches-bin', '--model', 'resnet8', '--batch-size', '32', ...usual];
const drawn = ['--data', 'shapes:train=96,test=32,size=16', '--model', 'resnet8', '--batch-size', '16', ...usual];
const pictures = ['--model', 'resnet18', '--batch-size', '8', ...usual];

/** By name: the words after `train`. */
const trainings = {
  'CIFAR, fp32': [...cifar, '--mix', 'cutmix', '--precision', 'fp32'],
  'CIFAR, bf16': [...cifar, '--mix', 'cutmix:granularity=sample', '--precision', 'bf16'],
  'JPEG folder': ['--data', 'pictures:size=72', ...pictures, '--mix', 'cutmix', '--precision', 'fp32', '--workers', '2'],
  'manifold MixUp with ShakeDrop': [...drawn, '--mix', 'manifold-mixup', '--regularize', 'shakedrop', '--precision', 'fp32'],
  DropBlock: [...drawn, '--mix', 'cutout', '--regularize', 'dropblock:block=2', '--label-smoothing', '0.1'],
  'AdamW with warm-up': [
    ...drawn,
    ...['--mix', 'mixup', '--set', 'optimizer.name=adamw', '--set', 'optimizer.learningRate=0.002'],
    ...['--set', 'schedule.name=cosine', '--set', 'schedule.warmupEpochs=1', '--limit-train', '80'],
  ],
  WebDataset: ['--data', 'shards:size=48', ...pictures, '--mix', 'feature-cutmix', '--precision', 'fp32'],
  'never stopped': [...drawn, '--mix', 'cutmix', '--regularize', 'stochastic-depth', '--epochs', '6'],
};

function digestsOf(run) {
  const checkpoints = join(run, 'checkpoints');
  const last = readdirSync(checkpoints).filter((name) => name.startsWith('step-')).sort().at(-1);
  const digest = (file) =>
    createHash('sha256').update(readFileSync(join(checkpoints, last, file))).digest('hex').slice(0, 32);
  return { checkpoint: last, model: digest('model.safetensors'), optimizer: digest('optimizer.safetensors') };
}

function patchwork(words) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`patchwork ${words.join(' ')}: exit status ${status}\n${stderr}`);
}

/** The last training once more, stopped by SIGINT after its first checkpoint and resumed. */
async function stopAndResume(run) {
  const words = ['train', ...trainings['never stopped'], '--set', 'checkpointMinutes=0.0001', '--run', run];
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, stdio: 'ignore' });
  const ended = new Promise((resolved) => child.on('exit', resolved));
  const checkpoints = join(folder, run, 'checkpoints');
  const isSaved = () => existsSync(checkpoints) && readdirSync(checkpoints).some((name) => name.startsWith('step-'));
  while (child.exitCode === null && !isSaved()) await new Promise((resolved) => setTimeout(resolved, 2));
  child.kill('SIGINT');
  await ended;
  patchwork(['resume', run]);
}

try {
  writeCifar(join(folder, 'cifar-10-batches-bin'));
  await writePictures(join(folder, 'pictures'));
  mkdirSync(join(folder, 'shards'));
  await writeShard(join(folder, 'shards', 'train-0.tar'), 40, 0);
  await writeShard(join(folder, 'shards', 'val-0.tar'), 12, 500);
  const digests = {};
  for (const [name, words] of Object.entries(trainings)) {
    const run = `run-${Object.keys(digests).length}`;
    patchwork(['train', ...words, '--run', run]);
    digests[name] = digestsOf(join(folder, run));
    process.stderr.write(`${name}: ${digests[name].model}\n`);
  }
  await stopAndResume('stopped');
  digests['stopped and resumed'] = digestsOf(join(folder, 'stopped'));
  const { 'never stopped': whole, 'stopped and resumed': resumed } = digests;
  if (JSON.stringify(whole) !== JSON.stringify(resumed)) {
    process.stderr.write('the training that was stopped and resumed ends with other bytes than the one never stopped\n');
    process.exitCode = 1;
  }
  const text = `${JSON.stringify(digests, null, 2)}\n`;
  if (values.out === undefined) process.stdout.write(text);
  else writeFileSync(values.out, text);
  if (values.compare !== undefined) {
    const before = JSON.parse(readFileSync(values.compare, 'utf8'));
    const other = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(digests[name]));
    process.stderr.write(other.length === 0 ? 'all digests are equal\n' : `other bytes: ${other.join(', ')}\n`);
    if (other.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
