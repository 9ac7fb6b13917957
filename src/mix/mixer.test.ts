import { describe, expect, test } from 'vitest';
import { boxArea } from '../geometry/index.ts';
import { stream } from '../random/index.ts';
import { cutmix, featureCutmix } from './cutmix.ts';
import { cutout } from './cutout.ts';
import type { RateOptions } from './mixer.ts';
import { manifoldMixup, mixup } from './mixup.ts';
import { checkPlanFits, entryOf, type Mixer, type MixPlan } from './plan.ts';

const STAGES = [16, 16, 16, 8, 4].map((height) => ({ height, width: height + 4 }));
const SHAPE = { batch: 5, height: 16, width: 20, stages: STAGES };
const COUNT = 4000;

/** With alpha so large that lambda is near 0.5, a sample that is chosen is always changed. */
const methods: [string, (options: RateOptions) => Mixer][] = [
  ['cutmix', (options) => cutmix({ probability: 1, alpha: 1e6, ...options })],
  ['cutmix of fixed size', (options) => cutmix({ probability: 1, box: 'fixed-size', ...options })],
  [
    'cutmix of a Gaussian center',
    (options) => cutmix({ probability: 1, alpha: 1e6, box: 'center-gaussian', ...options }),
  ],
  ['mixup', (options) => mixup({ alpha: 1e6, ...options })],
  ['cutout', cutout],
  ['manifold-mixup', (options) => manifoldMixup({ alpha: 1e6, ...options })],
  ['feature-cutmix', (options) => featureCutmix({ probability: 1, alpha: 1e6, ...options })],
];

function samplePlans(mixer: Mixer, count: number, progress?: number): (MixPlan | null)[] {
  return Array.from({ length: count }, (_, step) => mixer.sample(SHAPE, stream(3, 'plans', step), progress));
}

function changedSamples(plan: MixPlan): number {
  const changed = plan.permutation.map((_, n) =>
    plan.how === 'blend' ? entryOf(plan.lambda, n) < 1 : boxArea(entryOf(plan.boxes, n)) > 0,
  );
  return changed.filter(Boolean).length;
}

/** Four standard errors of a rate. */
const slack = (probability: number, count: number) => 4 * Math.sqrt((probability * (1 - probability)) / count);

describe.each(methods)('%s', (_, make) => {
  test.each([0, 0.1, 0.5, 1])('is applied to batches at its probability, %f', (probability) => {
    const plans = samplePlans(make({ probability, granularity: 'batch' }), COUNT).filter((plan) => plan !== null);
    expect(Math.abs(plans.length / COUNT - probability)).toBeLessThanOrEqual(slack(probability, COUNT));
    for (const plan of plans.slice(0, 100)) expect(changedSamples(plan)).toBe(SHAPE.batch);
  });

  test.each([0, 0.1, 0.5, 1])('is applied to samples at its probability, %f', (probability) => {
    const plans = samplePlans(make({ probability, granularity: 'sample' }), COUNT / SHAPE.batch);
    const applied = plans.reduce((sum, plan) => sum + (plan === null ? 0 : changedSamples(plan)), 0);
    expect(Math.abs(applied / COUNT - probability)).toBeLessThanOrEqual(slack(probability, COUNT));
  });

  test.each([0, 0.5, 1])('with a linear schedule is applied at its probability times the progress, %f', (progress) => {
    const plans = samplePlans(make({ probability: 0.8, granularity: 'batch', schedule: 'linear' }), COUNT, progress);
    const rate = plans.filter((plan) => plan !== null).length / COUNT;
    expect(Math.abs(rate - 0.8 * progress)).toBeLessThanOrEqual(slack(0.8 * progress, COUNT));
  });

  test('draws plans that fit, are plain JSON, and leave samples that were not chosen wholly their own', () => {
    for (const granularity of ['batch', 'sample'] as const) {
      const plans = samplePlans(make({ probability: 0.5, granularity }), 50).filter((plan) => plan !== null);
      for (const plan of plans) {
        checkPlanFits(plan, { batch: SHAPE.batch, ...STAGES[plan.stage]! });
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        const isWhole = (n: number) => entryOf(plan.lambda, n) === 1 && entryOf(plan.labelWeight, n) === 1;
        const whole = plan.permutation.filter((_, n) => isWhole(n)).length;
        expect(whole).toBe(SHAPE.batch - changedSamples(plan));
      }
    }
  });

  test('refuses a rate that is none', () => {
    expect(() => make({ probability: 2 })).toThrow('expected probability to be a number in 0..1, got 2');
    expect(() => make({ granularity: 'pixel' as 'batch' })).toThrow("unknown value of granularity 'pixel'");
    expect(() => make({ schedule: 'lineal' as 'linear' })).toThrow("'lineal'; did you mean 'linear'?");
  });
});

describe('one draw', () => {
  const distinct = (values: readonly unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size;

  test.each(methods.filter(([name]) => name !== 'cutout'))('%s: for the batch, or one for each sample', (_, make) => {
    expect(samplePlans(make({ granularity: 'batch' }), 1)[0]!.lambda).toHaveLength(1);
    const plan = samplePlans(make({ granularity: 'sample' }), 1)[0]!;
    expect([plan.boxes.length, plan.lambda.length, plan.labelWeight.length]).toEqual([5, 5, 5]);
    expect(distinct(plan.boxes) + distinct(plan.lambda)).toBeGreaterThan(4);
  });

  test('cutout: always one for each image', () => {
    const [batch, sample] = (['batch', 'sample'] as const).map(
      (granularity) => samplePlans(cutout({ granularity, length: 4 }), 1)[0]!,
    );
    for (const plan of [batch!, sample!]) expect(distinct(plan.boxes)).toBe(5);
  });
});

describe('the stage', () => {
  test('is drawn for each batch, all with the same chance, and the grid is its own', () => {
    const plans = samplePlans(manifoldMixup({ stages: [0, 3, 4] }), COUNT) as MixPlan[];
    for (const stage of [0, 3, 4]) {
      const there = plans.filter((plan) => plan.stage === stage);
      expect(Math.abs(there.length / COUNT - 1 / 3)).toBeLessThan(slack(1 / 3, COUNT));
      const { height, width } = STAGES[stage]!;
      for (const plan of there.slice(0, 20)) {
        expect([plan.height, plan.width]).toEqual([height, width]);
        expect(plan.boxes).toEqual([[0, 0, width, height]]);
      }
    }
  });

  test('is by default one of the authors’, or one that helps', () => {
    const stagesOf = (mixer: Mixer) => [...new Set(samplePlans(mixer, 200).map((plan) => plan!.stage))].sort();
    expect(stagesOf(manifoldMixup())).toEqual([0, 2, 3]);
    expect(stagesOf(featureCutmix({ probability: 1 }))).toEqual([0, 1, 2, 3]);
  });

  test('may be the image without any hidden map', () => {
    expect(manifoldMixup({ stages: 0 }).sample({ batch: 2, height: 4, width: 4 }, stream(1))!.stage).toBe(0);
  });

  test('that is not there is an error at the first batch, drawn or not', () => {
    const mixer = featureCutmix({ stages: [0, 5], probability: 0 });
    expect(() => mixer.sample(SHAPE, stream(1))).toThrow(
      'feature-cutmix: expected stages among 0, 1, 2, 3, 4, got 5; 0 is the image',
    );
    const withoutMaps = { batch: 2, height: 4, width: 4 };
    expect(() => manifoldMixup().sample(withoutMaps, stream(1))).toThrow('expected stages among 0, got 2;');
  });

  test.each([[[]], [[1.5]], [-1], [[2, 2]], ['two']])('%j is none', (stages) => {
    expect(() => manifoldMixup({ stages: stages as number })).toThrow(
      'manifold-mixup: expected stages to be different whole numbers from 0 up, as in 0/2/3, got',
    );
  });
});
