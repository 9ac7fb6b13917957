/**
 * Patchwork's side of `npm run bench`: one measurement in a process of its own.
 *
 *     node --import tsx bench/patchwork.ts WHAT same|defaults SECONDS          prints one JSON line
 *     node --import tsx bench/patchwork.ts facts
 *
 * WHAT: NETWORK, NETWORK:inference, dispatch, cutmix, jpeg, METHOD@SIDE, map, map-range,
 * cam-boxes, cam-boxes-all.
 * `same`: fp32, contiguous, as PyTorch comes. `defaults`: as Patchwork comes.
 */

import { cocoAveragePrecision } from '../src/metrics/index.ts';
import { cutmix } from '../src/mix/index.ts';
import { stream } from '../src/random/index.ts';
import { mixImages, resolvePrecision } from '../src/tasks/index.ts';
import { ones, scope, threads, version } from '../src/torch/index.ts';
import { camBoxRate } from './cam-boxes.ts';
import { inference } from './inference.ts';
import { jpegRate } from './jpeg.ts';
import { mapSeconds } from './map.ts';
import { mixing } from './mixing.ts';
import { decodeRate, predictRate } from './predict.ts';
import type { Measurement, PatchworkFacts } from './sides.ts';
import { type TrainingStepOptions, trainingStep } from './training-step.ts';

/** Steps before the clock starts, as in pytorch.py: memory is taken and kernels are chosen in them. */
const WARMUP_STEPS = 3;

const precision = resolvePrecision('auto');
const modes: Record<string, TrainingStepOptions> = {
  same: { channelsLast: false, precision: 'fp32' },
  defaults: { channelsLast: true, precision },
};

/** Repeats `body` for that long; seconds a call. */
function secondsPerCall(seconds: number, body: () => void): number {
  let calls = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    body();
    calls++;
  }
  return (performance.now() - start) / 1000 / calls;
}

function trainingRate(network: string, mode: TrainingStepOptions, seconds: number): number {
  const { images, step } = trainingStep(network, mode);
  for (let warmup = 0; warmup < WARMUP_STEPS; warmup++) step(images);
  return images.shape[0]! / secondsPerCall(seconds, () => step(images));
}

function inferenceRate(network: string, mode: TrainingStepOptions, seconds: number): number {
  const { images, predict } = inference(network, mode);
  for (let warmup = 0; warmup < WARMUP_STEPS; warmup++) predict();
  return images / secondsPerCall(seconds, predict);
}

/** Nanoseconds of one `add` of four elements, the release of its result included. */
function dispatchNanoseconds(seconds: number): number {
  const x = ones([4]);
  const adds = () =>
    scope(() => {
      for (let call = 0; call < 1000; call++) x.add(x);
    });
  for (let warmup = 0; warmup < 10; warmup++) adds();
  return (secondsPerCall(seconds, adds) / 1000) * 1e9;
}

/** The part of a ResNet-20 step with CutMix that goes into drawing the plan and mixing the batch. */
function cutmixShare(mode: TrainingStepOptions, seconds: number): number {
  const { images, step } = trainingStep('resnet20', mode);
  const [batch, , height, width] = images.shape as [number, number, number, number];
  const mixer = cutmix({ probability: 1 });
  let steps = 0;
  let mixing = 0;
  const mixedStep = () =>
    scope(() => {
      const start = performance.now();
      const plan = mixer.sample({ batch, height, width }, stream(0, 'mix', 0, steps++))!;
      mixImages(images, plan);
      mixing += performance.now() - start;
      step(images);
    });
  // V8 compiles what has run a few hundred times: a training is there after its first epoch, these few steps are not.
  for (let draw = 0; draw < 2000; draw++) mixer.sample({ batch, height, width }, stream(0, 'warm-up', 0, draw));
  for (let warmup = 0; warmup < WARMUP_STEPS; warmup++) mixedStep();
  mixing = 0;
  steps = 0;
  const perStep = secondsPerCall(seconds, mixedStep);
  return mixing / 1000 / steps / perStep;
}

/** Milliseconds to draw a plan and to mix a batch by it. */
function mixingMilliseconds(what: string, seconds: number): number {
  const mix = mixing(what);
  for (let warmup = 0; warmup < 300; warmup++) mix();
  return secondsPerCall(seconds, mix) * 1000;
}

function measure(what: string, mode: TrainingStepOptions, seconds: number): number | Promise<number> {
  const [subject = '', doing] = what.split(':');
  if (what.includes('@')) return mixingMilliseconds(what, seconds);
  if (what === 'jpeg') return jpegRate(seconds);
  if (doing === 'decode') return decodeRate(Number(subject));
  if (doing === 'predict') return predictRate(Number(subject));
  if (what === 'map') return mapSeconds(0.5);
  if (what === 'map-range') return mapSeconds(cocoAveragePrecision.iouThresholds);
  if (what === 'cam-boxes') return camBoxRate('largest', seconds);
  if (what === 'cam-boxes-all') return camBoxRate('all', seconds);
  if (what === 'dispatch') return dispatchNanoseconds(seconds);
  if (what === 'cutmix') return cutmixShare(mode, seconds);
  return doing === 'inference' ? inferenceRate(subject, mode, seconds) : trainingRate(subject, mode, seconds);
}

const [what = 'facts', modeName = 'defaults', seconds = '1'] = process.argv.slice(2);
const mode = modes[modeName];
if (!mode) throw new Error(`mode: expected ${Object.keys(modes).join(', ')}, got ${modeName}`);
let answer: PatchworkFacts | Measurement;
if (what === 'facts') {
  answer = { libtorch: version(), threads: threads(), precision };
} else {
  const value = await measure(what, mode, Number(seconds));
  answer = { value, peakBytes: process.resourceUsage().maxRSS * 1024 };
}
console.log(JSON.stringify(answer));
