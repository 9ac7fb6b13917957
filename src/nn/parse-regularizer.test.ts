import { describe, expect, it } from 'vitest';
import { full, type Tensor } from '../torch/index.ts';
import { dropout } from './dropout.ts';
import { parseRegularizers } from './parse-regularizer.ts';
import { StepContext } from './step-context.ts';

const textsOf = (...texts: string[]) => parseRegularizers(texts, new StepContext()).map(({ text }) => text);

describe('a text', () => {
  it.each([
    ['dropblock', 'dropblock:keep=0.9,block=4,groups=last-two,channels=each,schedule=linear'],
    ['dropblock:groups=3/4,keep=0.8', 'dropblock:keep=0.8,block=4,groups=3/4,channels=each,schedule=linear'],
    ['dropblock:groups=2', 'dropblock:keep=0.9,block=4,groups=2,channels=each,schedule=linear'],
    ['stochastic-depth', 'stochastic-depth:rate=0.25,granularity=batch'],
    ['shakedrop', 'shakedrop:p=0.5,alpha=-1/1,beta=0/1,granularity=sample'],
    ['shakedrop:alpha=0/0,granularity=pixel', 'shakedrop:p=0.5,alpha=0/0,beta=0/1,granularity=pixel'],
    ['dropout', 'dropout:rate=0.5'],
  ])('%s is %s, which reads back as itself', (text, whole) => {
    expect(textsOf(text)).toEqual([whole]);
    expect(textsOf(whole)).toEqual([whole]);
  });

  it('is one of several, in their order', () => {
    expect(textsOf('dropout:rate=0.1', 'dropblock')).toEqual(['dropout:rate=0.1', textsOf('dropblock')[0]]);
    expect(textsOf()).toEqual([]);
  });

  it.each([
    ['dropblok', "regularize: unknown method 'dropblok'; did you mean 'dropblock'?"],
    ['constructor', "regularize: unknown method 'constructor'"],
    ['shakedrop:alpha=1', 'shakedrop: expected alpha to be a range, lowest/highest as in -1/1, got 1'],
    ['dropblock:groups=first', "dropblock: expected groups to be last-two or stages from 1, as in 2/3, got 'first'"],
    ['dropout:rate=1', 'dropout: expected rate to be a number from 0 to below 1, got 1'],
    ['dropout:rat=0.1', "dropout: unknown option 'rat'; did you mean 'rate'?"],
  ])('%s is refused', (text, message) => {
    expect(() => textsOf(text)).toThrow(message);
  });

  it('twice is refused', () => {
    expect(() => textsOf('dropout', 'dropblock', 'dropout:rate=0.1')).toThrow(
      'regularize: expected each method once, got dropout twice; leave one of them out',
    );
  });
});

describe('dropout', () => {
  it('drops features by its rate, from the generator of the step', () => {
    const drawn = (seed: number) => {
      const layer = dropout({ rate: 0.25 }, new StepContext(seed)).onFeatures!()!;
      return Array.from((layer.forward(full([100, 100], 3)) as Tensor).data(), Number);
    };
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    expect(new Set(drawn(1))).toEqual(new Set([0, 4]));
    expect(drawn(1).filter((value) => value === 0).length / 10_000).toBeCloseTo(0.25, 1);
  });
});
