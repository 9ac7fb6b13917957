/**
 * Trains ResNet-20 at batch 64 and prints how many tensors and how much memory it holds after a warm-up and at the end:
 * `node --import tsx tests/memory-soak.ts [--steps 1000] [--warmup 220] [--json]`. Exit status 1 where the tensors or
 * their bytes changed or resident memory grew by more than 2 %.
 *
 * Of resident memory the lowest in the first and in the last tenth of the steps are compared: what JavaScript's heap has
 * taken at one moment and gives back at the next is no growth.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig, train } from '../src/config/index.ts';
import { memory } from '../src/torch/index.ts';
import type { TrainEvent } from '../src/train/index.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '1000' },
    warmup: { type: 'string', default: '220' },
    json: { type: 'boolean', default: false },
  },
});
const warmup = Number(values.warmup);
const last = warmup + Number(values.steps);
const stepsPerEpoch = 10;

const folder = mkdtempSync(join(tmpdir(), 'patchwork-memory-'));
const stop = new AbortController();
/** Of each step after the warm-up. */
const tensors = new Set<number>();
const tensorBytes = new Set<number>();
const resident: number[] = [];

function watch(event: TrainEvent): void {
  if (event.type !== 'step' || event.step < warmup) return;
  const held = memory();
  tensors.add(held.tensors);
  tensorBytes.add(held.bytes);
  resident.push(process.memoryUsage.rss());
  if (event.step === last) stop.abort();
}

const config = parseConfig({
  data: `shapes:train=${64 * stepsPerEpoch},test=64,size=32`,
  mix: 'cutmix',
  epochs: Math.ceil(last / stepsPerEpoch),
});
try {
  await train(config, { run: join(folder, 'run'), listener: watch, signal: stop.signal });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const tenth = Math.ceil(resident.length / 10);
const [first, end] = [Math.min(...resident.slice(0, tenth)), Math.min(...resident.slice(-tenth))];
const growth = end / first - 1;
const result = {
  steps: resident.length - 1,
  tensors: [...tensors],
  tensorBytes: [...tensorBytes],
  residentBytes: [first, end],
  growth,
};
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(
  values.json
    ? JSON.stringify(result)
    : `${result.steps} steps after ${warmup}: ${[...tensors].join(', ')} live tensors ` +
        `of ${[...tensorBytes].map(megabytes).join(', ')}, ` +
        `resident ${megabytes(first)} at first, ${megabytes(end)} at last (${(growth * 100).toFixed(2)} %), ` +
        `at most ${megabytes(Math.max(...resident))}`,
);
process.exitCode = tensors.size === 1 && tensorBytes.size === 1 && growth <= 0.02 ? 0 : 1;
