import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import type { LabeledImages } from '../data/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { withChoices } from './chosen.ts';
import { parseConfig, type TrainConfigInput } from './config.ts';
import { train } from './train.ts';
import { concernsOf, describeTraining, TrainingWatch } from './training-notes.ts';

/** As many photographs of each class as the counts say. */
function photographs(...counts: number[]): LabeledImages {
  const labels = Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
  const set = {
    length: labels.length,
    height: 128,
    width: 128,
    channels: 3,
    labels,
    classes: counts.map((_, i) => `c${i}`),
  };
  return { ...set, pictures: [] } as unknown as LabeledImages;
}
const concerns = (counts: number[], given: TrainConfigInput, stepsPerEpoch = 100) =>
  concernsOf(withChoices(parseConfig(given), photographs(...counts)), photographs(...counts), stepsPerEpoch);

describe('before a training', () => {
  it('nothing is said of many balanced photographs and published weights', () => {
    expect(concerns([300, 300], { weights: 'w.safetensors', epochs: 10 })).toEqual([]);
  });

  it('few steps are told, with the number of epochs that would do', () => {
    expect(concerns([300, 300], { weights: 'w.safetensors', epochs: 2 }, 30)).toEqual([
      'only 60 steps in all, which teach little: more epochs (--epochs 4) or smaller batches',
    ]);
    expect(concerns([3000, 3000], { epochs: 2 }, 249)[0]).toContain('only 498 steps in all');
    expect(concerns([3000, 3000], { epochs: 2 }, 250)).toEqual([]);
  });

  it('photographs without published weights are, where they are few', () => {
    expect(concerns([2500, 2499], { epochs: 10 })).toEqual([
      expect.stringMatching(/^4999 photographs are few .*--weights hf:/),
    ]);
    expect(concerns([2500, 2500], { epochs: 10 })).toEqual([]);
  });

  it('classes that are rare or uneven are, by name and number', () => {
    const given = { weights: 'w.safetensors', epochs: 10 };
    expect(concerns([300, 4, 300, 3], given)).toEqual([
      expect.stringMatching(/^2 of 4 classes have under 5 training images, such as c1 \(4\)/),
      expect.stringMatching(/^classes are uneven: c\d has 300 training images, c3 3; --class-weights balanced/),
    ]);
    expect(concerns([50, 5], given)).toEqual([]);
    expect(concerns([51, 5], given)).toHaveLength(1);
    expect(concerns([51, 5], { ...given, classWeights: 'balanced' })).toEqual([]);
  });

  it('what it is, is told in two lines', () => {
    const config = withChoices(parseConfig({ mix: 'cutmix', weights: 'w.safetensors' }), photographs(150, 150));
    expect(describeTraining(config, photographs(150, 150))).toEqual([
      'resnet18 on pictures of 128 x 128 pixels, varied by crops of 0.08 to 1 of the area, mirroring; methods: ' +
        'cutmix:alpha=1,box=uniform,label=area,recomputeLambda=true,probability=0.5,granularity=batch,schedule=constant',
      'batches of 16; sgd, learning rate 0.01, cosine after 1.6 epochs of warm-up',
    ]);
    const plain = parseConfig({ augment: { padding: 0, flip: false }, schedule: 'constant' });
    const small = { ...photographs(300), height: 32, width: 32 };
    expect(describeTraining(withChoices(plain, small), small)[0]).toBe(
      'resnet20 on pictures of 32 x 32 pixels, varied by nothing; methods: none',
    );
  });
});

describe('a watched training', () => {
  const step = (number: number, loss: number) => ({ type: 'step', step: number, loss }) as TrainEvent;
  const epoch = (valLoss: number) => ({ type: 'epoch', scores: { valLoss } }) as unknown as TrainEvent;
  const lossesOf = (count: number, loss: number) => {
    const watch = new TrainingWatch(10);
    return Array.from({ length: count }, (_, i) => watch.see(step(i + 1, loss))).flat();
  };

  it('that is still at the loss of a guess after 200 steps is told of, once', () => {
    expect(lossesOf(199, 2.3)).toEqual([]);
    const told = lossesOf(600, 2.3);
    expect(told).toEqual([
      expect.stringMatching(/^after 200 steps the loss is 2\.30, where guessing gives 2\.30: nothing is learned yet/),
    ]);
    // ln 10 is 2.3026, and 0.97 of it 2.2335.
    expect(lossesOf(600, 2.23)).toEqual([]);
    expect(lossesOf(600, 2.24)).toHaveLength(1);
  });

  it('whose validation loss explodes is told of, and one that only rises is not', () => {
    const watch = new TrainingWatch(10);
    expect([2, 1.5, 3, 9].flatMap((loss) => watch.see(epoch(loss)))).toEqual([]);
    expect(watch.see(epoch(9.3))).toEqual([expect.stringMatching(/^the validation loss went from 1\.50 to 9\.30/)]);
    expect(watch.see(epoch(100))).toEqual([]);
  });

  it('tells its listener, and what was chosen when it begins', async () => {
    const seen: string[] = [];
    const listener = (event: TrainEvent) => {
      if (event.type === 'start') seen.push(...event.notes);
      if (event.type === 'note') seen.push(event.text);
    };
    const { epochs: _, batchSize: __, ...open } = smallConfig({ mix: 'none' });
    await train({ ...open, epochs: 10 }, { run: join(temporaryFolder(), 'run'), listener });
    expect(seen[0]).toBe('chosen by the data: batchSize=8');
    expect(seen).toContainEqual(expect.stringMatching(/^warning: only 80 steps in all/));
  });
});
