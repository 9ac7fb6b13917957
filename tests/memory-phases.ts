/**
 * Trains PyramidNet-29 for some epochs on CIFAR-sized pictures and prints for each phase, training and validation, how much
 * its tensors held at most and what is resident at its end, then measures the run as `evaluate` does, and trims:
 * `node --import tsx tests/memory-phases.ts [--epochs 2] [--precision fp32] [--images 1000]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig, train } from '../src/config/index.ts';
import { evaluateRun } from '../src/evaluate/index.ts';
import { memory, resetPeakMemory, setThreads, trimMemory } from '../src/torch/index.ts';
import type { TrainEvent } from '../src/train/index.ts';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '2' },
    precision: { type: 'string', default: 'fp32' },
    images: { type: 'string', default: '1000' },
  },
});

function report(phase: string): void {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`.padStart(8);
  const { bytes, peakBytes } = memory();
  const resident = process.memoryUsage.rss();
  console.log(
    `${phase.padEnd(12)} tensors at most ${megabytes(peakBytes)}, left ${megabytes(bytes)}, resident ${megabytes(resident)}`,
  );
  resetPeakMemory();
}

function watch(event: TrainEvent): void {
  if (event.type === 'step' && event.stepInEpoch === event.stepsPerEpoch) report('training');
  if (event.type === 'epoch') report('validation');
}

const folder = mkdtempSync(join(tmpdir(), 'patchwork-phases-'));
try {
  setThreads(1);
  const config = parseConfig({
    data: `shapes:train=512,test=${values.images},size=32`,
    model: 'pyramidnet29-a48',
    precision: values.precision,
    batchSize: 128,
    evalBatchSize: 500,
    threads: 1,
    epochs: Number(values.epochs),
  });
  const run = join(folder, 'run');
  report('start');
  await train(config, { run, listener: watch });
  report('trained');
  await evaluateRun(run, { threads: 1 });
  report('evaluated');
  const start = performance.now();
  trimMemory();
  report(`trimmed`);
  console.log(`resident at most ${Math.round(process.resourceUsage().maxRSS / 1e3)} MB`);
  console.log(`trimming took ${(performance.now() - start).toFixed(1)} ms`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
