import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stream } from '../random/index.ts';
import { oneOf } from './combine.ts';
import { cutmix, featureCutmix } from './cutmix.ts';
import { cutout } from './cutout.ts';
import { manifoldMixup, mixup } from './mixup.ts';
import { parseMix } from './parse-mix.ts';
import type { Mixer } from './plan.ts';

const STAGES = [8, 8, 8, 4, 2].map((height) => ({ height, width: height + 2 }));
const SHAPE = { batch: 4, height: 8, width: 10, stages: STAGES };

function only(texts: string | readonly string[]): Mixer {
  const mixers = parseMix(texts);
  expect(mixers).toHaveLength(1);
  return mixers[0]!;
}

test("'none' and an empty list mix nothing", () => {
  expect(parseMix('none')).toEqual([]);
  expect(parseMix(['none'])).toEqual([]);
  expect(parseMix([])).toEqual([]);
});

test.each([
  ['cutmix', 'alpha=1,box=uniform,label=area,recomputeLambda=true,', 'batch', ''],
  ['mixup', 'alpha=1,', 'batch', ''],
  ['cutout', 'length=half,', 'sample', ''],
  ['manifold-mixup', 'alpha=1,', 'batch', ',stages=0/2/3'],
  ['feature-cutmix', 'alpha=1,box=uniform,label=area,recomputeLambda=true,', 'batch', ',stages=0/1/2/3'],
])('%s alone has its defaults, spelled out in the text of the mixer', (name, own, granularity, stages) => {
  const mixer = only(name);
  expect(mixer.method).toBe(name);
  expect(mixer.text).toBe(
    `${name}:${own}probability=${name.endsWith('cutmix') ? 0.5 : 1},granularity=${granularity},schedule=constant${stages}`,
  );
  expect(mixer.mixesLabels).toBe(name !== 'cutout');
});

test.each([[['none', 'cutout']], [['cutout', 'none']], [['none', 'none']], ['none+cutout']])(
  "'none' beside anything else is refused: %j",
  (texts) => {
    expect(() => parseMix(texts)).toThrow(
      "mix: expected 'none' alone, got it with options or beside other methods; leave it out",
    );
  },
);

test('options after the colon reach the method', () => {
  const parsed = only('cutmix:probability=1,alpha=0.2,granularity=sample,recomputeLambda=false');
  const made = cutmix({ probability: 1, alpha: 0.2, granularity: 'sample', recomputeLambda: false });
  expect(parsed.sample(SHAPE, stream(2))).toEqual(made.sample(SHAPE, stream(2)));
});

const rate = {
  probability: fc.double({ min: 0, max: 1, noNaN: true }),
  granularity: fc.constantFrom('batch' as const, 'sample' as const),
  schedule: fc.constantFrom('constant' as const, 'linear' as const),
};
const alpha = fc.double({ min: 1e-5, max: 1e30, noNaN: true });
const stages = fc.oneof(fc.nat(4), fc.uniqueArray(fc.nat(4), { minLength: 1 }));
const mixupOptions = { alpha, ...rate };
const cutmixOptions = {
  ...rate,
  label: fc.constantFrom('area' as const, 'one-hot' as const, 'half' as const),
  recomputeLambda: fc.boolean(),
};
const some = { requiredKeys: [] };
const box = fc.oneof(
  fc.record({ alpha, box: fc.constantFrom('uniform' as const, 'center-gaussian' as const) }, some),
  fc.record({
    boxSize: fc.double({ min: 0.01, max: 1, noNaN: true }),
    box: fc.constantFrom('uniform' as const, 'fixed-size' as const),
  }),
);
const anyBox = <T>(options: fc.Arbitrary<T>) =>
  fc.tuple(options, box).map(([others, where]) => ({ ...others, ...where }));
const anyMethod: fc.Arbitrary<Mixer> = fc.oneof(
  anyBox(fc.record(cutmixOptions, some)).map(cutmix),
  anyBox(fc.record({ ...cutmixOptions, stages }, some)).map(featureCutmix),
  fc.record(mixupOptions, some).map(mixup),
  fc.record({ ...mixupOptions, stages }, some).map(manifoldMixup),
  fc.record({ length: fc.constantFrom('half' as const, 2, 5), ...rate }, some).map(cutout),
);

test('the text of a mixer reads back as the same mixer, alone or joined with others', () => {
  fc.assert(
    fc.property(fc.array(anyMethod, { minLength: 1, maxLength: 3 }), (mixers) => {
      const mixer = oneOf(mixers);
      const parsed = only(mixer.text);
      expect(parsed.text).toBe(mixer.text);
      expect(parsed.mixesLabels).toBe(mixer.mixesLabels);
      expect(parsed.sample(SHAPE, stream(3), 0.9)).toEqual(mixer.sample(SHAPE, stream(3), 0.9));
    }),
  );
});

test('methods joined by + are one mixer, and a plus sign in a number joins nothing', () => {
  const mixer = only('cutmix:alpha=1e+21,box=center-gaussian+mixup:alpha=0.5+manifold-mixup:stages=0/2');
  expect(mixer.method).toBe('cutmix+mixup+manifold-mixup');
  expect(mixer.text).toContain('alpha=1e+21,box=center-gaussian');
});

test('several texts are applied in turn, of which one may mix labels', () => {
  expect(parseMix(['cutout', 'manifold-mixup']).map(({ method }) => method)).toEqual(['cutout', 'manifold-mixup']);
  expect(parseMix(['cutout:length=4', 'cutmix+mixup', 'cutout'])).toHaveLength(3);
  expect(() => parseMix(['cutout+mixup', 'cutmix'])).toThrow(
    'mix: expected at most one method that mixes labels, got cutout+mixup and cutmix; ' +
      'draw one of them for each batch: cutout+mixup+cutmix',
  );
});

test.each([
  ['cutmx', "mix: unknown method 'cutmx'; did you mean 'cutmix'? Valid: none, cutmix, mixup, cutout"],
  ['toString', "mix: unknown method 'toString'"],
  ['', "mix: unknown method ''"],
  ['none:alpha=1', "mix: expected 'none' alone"],
  ['cutmix+', "mix: unknown method 'cutmix+'; did you mean 'cutmix'?"],
  ['cutmix+mixpu', "mix: unknown method 'mixpu'; did you mean 'mixup'?"],
  ['mixup:alpha=0', "got 0; to mix nothing, use 'none'"],
  ['cutout:length=half2', "cutout: expected length to be half or a whole number of at least 2, got 'half2'"],
  ['manifold-mixup:stages=0/0', 'manifold-mixup: expected stages to be different whole numbers from 0 up'],
  ['feature-cutmix:stages=a/b', "as in 0/2/3, got 'a/b'"],
  ['cutmix:__proto__=1', "cutmix: unknown option '__proto__'"],
  ['cutmix:', "cutmix: expected options as name=value,name=value, got '' in ''"],
  ['cutmix:alpha', "got 'alpha' in 'alpha'"],
  ['cutmix:alpha=', "got 'alpha=' in 'alpha='"],
  ['cutmix:alpha=1,alpha=2', "cutmix: expected alpha once, got it twice in 'alpha=1,alpha=2'"],
  ['cutmix:alpha=one', "cutmix: expected alpha to be a finite number above 0, got 'one'"],
  ['cutmix:alpha=0', 'cutmix: expected alpha to be a finite number above 0, got 0'],
  ['cutmix:prob=1', "cutmix: unknown option 'prob'; did you mean 'probability'?"],
  ['cutmix:probability=2', 'cutmix: expected probability to be a number in 0..1, got 2'],
  [
    'cutmix:box=unifrom',
    "cutmix: unknown value of box 'unifrom'; did you mean 'uniform'? Valid: uniform, center-gaussian, fixed-size",
  ],
])("'%s' is an error that names the way out", (text, message) => {
  expect(() => parseMix(text)).toThrow(message);
});
