import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stream } from '../random/index.ts';
import { cutmix } from './cutmix.ts';
import { parseMix } from './parse-mix.ts';

const SHAPE = { batch: 4, height: 8, width: 10 };

test("'none' mixes nothing", () => {
  expect(parseMix('none')).toBeUndefined();
});

test('a method alone has its defaults, spelled out in the text of the mixer', () => {
  const mixer = parseMix('cutmix')!;
  expect(mixer.method).toBe('cutmix');
  expect(mixer.text).toBe('cutmix:alpha=1,probability=1,granularity=batch,box=uniform,label=area,recomputeLambda=true');
  expect(mixer.sample(SHAPE, stream(1))).toEqual(cutmix().sample(SHAPE, stream(1)));
});

test('options after the colon reach the method', () => {
  const parsed = parseMix('cutmix:alpha=0.2,granularity=sample,recomputeLambda=false')!;
  const made = cutmix({ alpha: 0.2, granularity: 'sample', recomputeLambda: false });
  expect(parsed.sample(SHAPE, stream(2))).toEqual(made.sample(SHAPE, stream(2)));
});

test('the text of a mixer reads back as the same mixer', () => {
  const options = fc.record(
    {
      alpha: fc.double({ min: 1e-5, max: 1e30, noNaN: true }),
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      granularity: fc.constantFrom('batch' as const, 'sample' as const),
      recomputeLambda: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(options, (chosen) => {
      const mixer = cutmix(chosen);
      const parsed = parseMix(mixer.text)!;
      expect(parsed.text).toBe(mixer.text);
      expect(parsed.sample(SHAPE, stream(3))).toEqual(mixer.sample(SHAPE, stream(3)));
    }),
  );
});

test.each([
  ['cutmx', "mix: unknown method 'cutmx'; did you mean 'cutmix'? Valid: none, cutmix"],
  ['toString', "mix: unknown method 'toString'"],
  ['', "mix: unknown method ''"],
  ['none:alpha=1', "mix: unknown method 'none'"],
  ['cutmix+mixup', "mix: expected one method, got 'cutmix+mixup'; several joined by + are not supported yet"],
  ['cutmix:', "cutmix: expected options as name=value,name=value, got '' in ''"],
  ['cutmix:alpha', "got 'alpha' in 'alpha'"],
  ['cutmix:alpha=', "got 'alpha=' in 'alpha='"],
  ['cutmix:alpha=1,alpha=2', "cutmix: expected alpha once, got it twice in 'alpha=1,alpha=2'"],
  ['cutmix:alpha=one', 'cutmix: expected alpha to be a finite number above 0, got one'],
  ['cutmix:alpha=0', 'cutmix: expected alpha to be a finite number above 0, got 0'],
  ['cutmix:prob=1', "cutmix: unknown option 'prob'; did you mean 'probability'?"],
  ['cutmix:probability=2', 'cutmix: expected probability to be a number in 0..1, got 2'],
  ['cutmix:box=unifrom', "cutmix: unknown value of box 'unifrom'; did you mean 'uniform'? Valid: uniform"],
])("'%s' is an error that names the way out", (text, message) => {
  expect(() => parseMix(text)).toThrow(message);
});
