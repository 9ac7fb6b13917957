import { describe, expect, test } from 'vitest';
import type { Box } from '../geometry/index.ts';
import { stream } from '../random/index.ts';
import { oneOf, sampleMix } from './combine.ts';
import { cutmix, featureCutmix } from './cutmix.ts';
import { cutout } from './cutout.ts';
import { mixup } from './mixup.ts';
import type { Mixer, MixPlan } from './plan.ts';

const SHAPE = { batch: 3, height: 8, width: 8 };

describe('one of several methods', () => {
  test('is drawn for each batch, all with the same chance', () => {
    const mixer = oneOf([mixup(), cutmix({ probability: 1 }), cutout()]);
    const count = 9000;
    const drawn = Array.from({ length: count }, (_, step) => mixer.sample(SHAPE, stream(6, step))!.method);
    for (const method of ['mixup', 'cutmix', 'cutout']) {
      const rate = drawn.filter((name) => name === method).length / count;
      expect(Math.abs(rate - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / count));
    }
  });

  test('keeps its own probability, also one that rises', () => {
    const mixer = oneOf([mixup({ probability: 0 }), cutmix({ probability: 1, schedule: 'linear' })]);
    const count = 4000;
    const applied = (progress: number) =>
      Array.from({ length: count }, (_, step) => mixer.sample(SHAPE, stream(7, step), progress)).filter(Boolean).length;
    expect(applied(0)).toBe(0);
    expect(Math.abs(applied(0.5) / count - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / count));
    expect(Math.abs(applied(1) / count - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / count));
  });

  test('is refused where the batch lacks a stage of any of them, whichever is drawn', () => {
    const mixer = oneOf([cutmix({ probability: 1 }), featureCutmix({ probability: 1, stages: [0, 2] })]);
    expect(mixer.stages).toEqual([0, 2]);
    for (let step = 0; step < 20; step++) {
      expect(() => mixer.sample({ ...SHAPE, stages: [SHAPE, SHAPE] }, stream(8, step))).toThrow(
        'feature-cutmix: expected stages among 0, 1, got 2',
      );
    }
  });

  test('mixes labels where one of them does', () => {
    expect(oneOf([cutout(), mixup()]).mixesLabels).toBe(true);
    expect(oneOf([cutout(), cutout({ length: 4 })]).mixesLabels).toBe(false);
    expect(() => oneOf([])).toThrow('oneOf: expected at least one method, got none');
  });
});

describe('the plans of a batch', () => {
  test('are those of each method, in turn', () => {
    const plans = sampleMix([cutout(), mixup()], SHAPE, stream(1));
    const random = stream(1);
    expect(plans).toEqual([cutout().sample(SHAPE, random), mixup().sample(SHAPE, random)]);
  });

  test('are none of a method that is not applied', () => {
    expect(sampleMix([], SHAPE, stream(1))).toEqual([]);
    const mixers = [cutout({ schedule: 'linear' }), mixup({ probability: 0 })];
    expect(sampleMix(mixers, SHAPE, stream(1))).toEqual([]);
    expect(sampleMix(mixers, SHAPE, stream(1), 1).map(({ method }) => method)).toEqual(['cutout']);
  });

  test.each<[string, Partial<MixPlan>, number]>([
    ['that paste something', {}, 1],
    ['with empty boxes only', { boxes: [[3, 0, 3, 8]], lambda: [1], labelWeight: [1] }, 0],
    ['with empty boxes but mixed labels', { boxes: [[3, 0, 3, 8]], labelWeight: [0.9] }, 1],
    ['where each sample is its own partner', { permutation: [0, 1, 2] }, 0],
    ['that erase something', { how: 'erase', permutation: [0, 1, 2] }, 1],
    ['that blend nothing', { how: 'blend', lambda: [1], labelWeight: [1] }, 0],
    ['that blend something', { how: 'blend' }, 1],
  ])('are kept where they change something: those %s', (_, change, count) => {
    const boxes: Box[] = [[0, 0, 8, 4]];
    const base = { method: 'fixed', how: 'paste' as const, stage: 0, height: 8, width: 8, permutation: [0, 2, 1] };
    const plan: MixPlan = { ...base, boxes, lambda: [0.5], labelWeight: [0.5], ...change };
    const fixed: Mixer = { method: 'fixed', text: 'fixed', mixesLabels: true, stages: [0], sample: () => plan };
    expect(sampleMix([fixed], SHAPE, stream(1))).toHaveLength(count);
  });

  test('of a batch of one hold what needs no partner', () => {
    const plans = sampleMix([cutout(), cutmix({ probability: 1 })], { ...SHAPE, batch: 1 }, stream(1));
    expect(plans.map(({ method }) => method)).toEqual(['cutout']);
  });
});
