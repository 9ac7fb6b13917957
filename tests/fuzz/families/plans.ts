/** Plans of mixing, as a log or a program gives them. */
import { applyPlan, checkPlanFits, mixLabels, mixSoftLabels, parseMix, sampleMix } from '../../../src/mix/index.ts';
import { stream } from '../../../src/random/index.ts';
import { type Family, family } from '../family.ts';
import { chance, edges, mutateValue, pick } from '../mutate.ts';

const shape = { batch: 3, height: 4, width: 6 };
const methods = ['cutmix', 'mixup', 'cutout', 'cutmix:granularity=sample', 'mixup:granularity=sample', 'cutmix+mixup'];

/** Every number of a list that came out has to be one: what is mixed wrongly is seen nowhere else. */
function checkNumbers(values: ArrayLike<number>, least: number, most: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= least && value <= most)) throw { wrong: value, at: i };
  }
}

export const mixPlans: Family = family<{ plans: unknown; labels: unknown; wish: number }>({
  name: 'plans',
  description: 'plans of mixing, applied to pixels and labels',
  async open() {
    return {
      make: (random) => {
        const text = pick(random, methods);
        const plans = sampleMix(parseMix(text), shape, random);
        const labels = chance(random, 0.8) ? [0, 1, 2] : mutateValue(random, [0, 1, pick(random, edges)]);
        return { plans: chance(random, 0.9) ? mutateValue(random, plans) : plans, labels, wish: random.integer(4) };
      },
      run({ plans, labels, wish }) {
        const given = plans as never;
        if (wish === 0) {
          const data = Float32Array.from({ length: 3 * 2 * 4 * 6 }, () => stream(1, 'pixels').uniform());
          const mixed = applyPlan({ data, shape: [3, 2, 4, 6], layout: 'NCHW' }, given);
          checkNumbers(mixed.data, 0, 1);
        } else if (wish === 1) {
          const { a, b, lambda } = mixLabels(labels as never, given);
          checkNumbers(a, 0, 2 ** 31);
          checkNumbers(b, 0, 2 ** 31);
          checkNumbers(lambda, 0, 1);
        } else if (wish === 2) {
          checkNumbers(mixSoftLabels(Float32Array.of(1, 0, 0, 1, 0.5, 0.5), 2, given), 0, 1);
        } else {
          for (const plan of [given].flat()) checkPlanFits(plan, shape);
        }
      },
    };
  },
});
