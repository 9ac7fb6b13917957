import { describe, expect, it } from 'vitest';
import { empty, Generator, noGrad, randperm, type Tensor, TorchError } from './index.ts';

const draw = (generator: Generator, count = 1000): Float32Array =>
  noGrad(() => empty([count]).normal_({ generator }).data('float32'));
const values = (made: Tensor) => Array.from(made.data(), Number);

describe('Generator', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    expect(draw(new Generator(7))).toEqual(draw(new Generator(7)));
    expect(draw(new Generator(7))).not.toEqual(draw(new Generator(8)));
    expect(draw(new Generator(1).seed(7))).toEqual(draw(new Generator(7)));
  });

  it('goes on exactly where its state was taken', () => {
    const generator = new Generator(3);
    draw(generator, 17);
    const state = generator.state();
    const first = draw(generator);
    expect(draw(generator)).not.toEqual(first);
    expect(draw(generator.setState(state))).toEqual(first);
    expect(draw(new Generator(99).setState(state))).toEqual(first);
  });

  it('is independent of every other one', () => {
    const [alone, a, b] = [new Generator(5), new Generator(5), new Generator(6)];
    const expected = [draw(alone), draw(alone)];
    const first = draw(a);
    draw(b, 333);
    expect([first, draw(a)]).toEqual(expected);
  });

  it('draws what the distribution says', () => {
    const normal = draw(new Generator(0), 100_000);
    const mean = normal.reduce((sum, value) => sum + value, 0) / normal.length;
    const variance = normal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / normal.length;
    expect(Math.abs(mean)).toBeLessThan(0.02); // 6 standard errors
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
    expect(values(randperm(50, new Generator(0))).sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  });

  it('refuses a state that is none, a seed that is no integer and a device that is not there', () => {
    expect(() => new Generator(0).setState(new Uint8Array(3))).toThrow(TorchError);
    expect(() => new Generator(1.5)).toThrow('expected an integer, got 1.5');
    expect(() => new Generator(0).seed(Number.NaN)).toThrow(TypeError);
    for (const device of ['nowhere', 'meta']) expect(() => new Generator(0, { device })).toThrow(TorchError);
    expect(() => new Generator(0, { device: 'meta' })).toThrow(/^Generator: .*meta/i);
  });
});
