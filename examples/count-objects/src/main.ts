/** Trains a network to count: `node dist/main.js [RUN]`. Stopped by Ctrl-C, it goes on when it is started again. */
import { existsSync } from 'node:fs';
import { createLoader } from 'patchwork/data';
import { AdamW, cosine } from 'patchwork/optim';
import { fit } from 'patchwork/train';
import { counting } from './counting.js';
import { CountingNetwork } from './network.js';
import { scenes } from './scenes.js';

const run = process.argv[2] ?? 'runs/count-objects';
const [seed, epochs] = [0, 10];

const [train, validation, test] = [scenes('train', 2048), scenes('validation', 512), scenes('test', 512)];
const measured = { batchSize: 128, shuffle: false, seed, workers: 0 };
const varied = { batchSize: 32, shuffle: true, seed, workers: 0, augment: { flip: true, padding: 0 } };
const model = new CountingNetwork(seed);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const result = await fit({
  task: counting(model, train.set.normalization),
  train: createLoader(train.set, varied),
  validation: createLoader(validation.set, measured),
  test: () => createLoader(test.set, measured),
  optimizer: new AdamW(model.namedParameters()),
  schedule: cosine(3e-3, { epochs }),
  epochs,
  seed,
  run,
  resume: existsSync(run),
  signal: stop.signal,
  listeners: [
    (event) => {
      if (event.type !== 'epoch') return;
      const { epoch, trainLoss, scores } = event;
      console.log(`epoch ${epoch}: loss ${trainLoss.toFixed(3)}, mean absolute error ${scores.meanAbsoluteError}`);
    },
  ],
});

if (result.test === null) {
  console.log(`stopped; start again to go on with ${run}`);
} else {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value) / values.length;
  const usual = mean(train.counts);
  console.log(`test: mean absolute error ${result.test.scores.meanAbsoluteError}`);
  console.log(`always ${usual.toFixed(2)}, the mean: ${mean(test.counts.map((count) => Math.abs(count - usual)))}`);
}
