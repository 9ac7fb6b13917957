import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { confusionMatrix } from '../metrics/index.ts';
import { type EpochRecord, readMetrics } from '../runs/index.ts';
import { predict } from './accuracy/predictions.ts';
import { type Evaluation, evaluateRun } from './evaluate-run.ts';
import { eachBatch, withTrainedNetwork } from './network.ts';
import { parseSuites } from './suites.ts';

const run = join(temporaryFolder(afterAll), 'run');
const images = 600;
let evaluation: Evaluation;
beforeAll(async () => {
  const data = `shapes:train=256,test=${images},size=16`;
  await train(smallConfig({ data, epochs: 2, precision: 'bf16' }), { run });
  const cheap = 'accuracy,localization,robustness:pgdSteps=0,occlusionSteps=1,inBetweenSteps=1';
  evaluation = await evaluateRun(run, { suites: parseSuites(cheap) });
});

it('in bfloat16 several classes are often equally likely', async () => {
  let ties = 0;
  await withTrainedNetwork(run, {}, (network) =>
    eachBatch(network, network.images, ({ logits }) => {
      const sorted = logits.sort({ dim: 1, descending: true })[0]!;
      ties += sorted.select(1, 0).eq(sorted.select(1, 1)).sum().item();
    }),
  );
  expect(ties).toBeGreaterThan(0);
});

it('the top-1 error is the same number, to the digit, wherever it is measured', async () => {
  const epochs = readMetrics(join(run, 'metrics.jsonl')).filter((one): one is EpochRecord => one.kind === 'epoch');
  const error = epochs.at(-1)!.scores.top1Error!;
  const { accuracy, localization, robustness } = evaluation;
  const [nothingHidden] = robustness!.occlusion.center;
  const { labels, predicted, classes } = await predict(run);
  const counts = confusionMatrix(labels, predicted, classes.length);
  const right = classes.reduce((sum, _, label) => sum + counts[label * classes.length + label]!, 0);
  expect([accuracy!.top1Error, robustness!.top1Error, nothingHidden!.error, (images - right) / images]).toEqual(
    Array(4).fill(error),
  );
  expect(localization!.fixed.top1Accuracy).toBe((images - Math.round(error * images)) / images);
});
