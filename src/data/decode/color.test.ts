import { describe, expect, it } from 'vitest';
import { stream } from '../../random/index.ts';
import { toPlanes } from '../images.ts';
import { applyColor, type ColorPlan, sampleColor } from './color.ts';

type Color = [number, number, number];

const gray = ([r, g, b]: Color) => 0.299 * r + 0.587 * g + 0.114 * b;
const lerp = (from: Color, to: Color, part: number) => from.map((value, i) => value + part * (to[i]! - value)) as Color;
const fill = (value: number): Color => [value, value, value];

/** The official code's steps on floats, one after the other (utils.py of CutMix-PyTorch): `img.lerp(gs, alpha)`. */
function slowly(pixels: Color[], { jitter, lighting }: ColorPlan): Color[] {
  let colors = pixels;
  for (const { kind, factor } of jitter) {
    const mean = colors.reduce((sum, color) => sum + gray(color), 0) / colors.length;
    const target = { brightness: () => fill(0), contrast: () => fill(mean), saturation: (c: Color) => fill(gray(c)) };
    colors = colors.map((color) => lerp(color, target[kind](color), 1 - factor));
  }
  return colors.map((color) => color.map((value, i) => value + 255 * lighting[i]!) as Color);
}

const planes = (pixels: Color[]) => Uint8Array.from([0, 1, 2].flatMap((c) => pixels.map((color) => color[c]!)));
const inTurn = (pixels: Color[]) => Uint8Array.from(pixels.flat());

describe('applyColor', () => {
  it('equals the steps of the official code one after the other, rounded and clamped at the end', () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = stream(seed);
      const pixels = Array.from({ length: 12 }, () => [0, 1, 2].map(() => random.integer(256)) as Color);
      const plan = sampleColor(random);
      const image = planes(pixels);
      applyColor(image, plan, 'NCHW');
      const expected = slowly(pixels, plan).map((color) =>
        color.map((value) => Math.min(255, Math.max(0, value))),
      ) as Color[];
      image.forEach((value, i) => {
        expect(Math.abs(value - expected[i % 12]![Math.floor(i / 12)]!)).toBeLessThan(0.5 + 1e-9);
      });
      const interleaved = inTurn(pixels);
      applyColor(interleaved, plan, 'NHWC');
      expect(toPlanes(interleaved, 3)).toEqual(image);
    }
  });

  it('by hand: brightness scales, saturation 0 is gray, contrast 0 is the mean gray, lighting adds', () => {
    const changed = (plan: Partial<ColorPlan>) => {
      const image = planes([
        [10, 20, 30],
        [200, 100, 0],
      ]);
      applyColor(image, { jitter: [], lighting: [0, 0, 0], ...plan }, 'NCHW');
      return [...image];
    };
    expect(changed({ jitter: [{ kind: 'brightness', factor: 1.4 }] })).toEqual([14, 255, 28, 140, 42, 0]);
    // 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.15; 0.299 * 200 + 0.587 * 100 = 118.5; their mean 68.325
    expect(changed({ jitter: [{ kind: 'saturation', factor: 0 }] })).toEqual([18, 119, 18, 119, 18, 119]);
    expect(changed({ jitter: [{ kind: 'contrast', factor: 0 }] })).toEqual(new Array(6).fill(68));
    expect(changed({ lighting: [0.1, 0, -0.1] })).toEqual([36, 226, 20, 100, 5, 0]);
  });
});

describe('sampleColor', () => {
  const plans = Array.from({ length: 6000 }, (_, seed) => sampleColor(stream(seed)));

  it('draws each of the six orders equally often, and factors evenly in 0.6 .. 1.4', () => {
    const orders = new Map<string, number>();
    for (const { jitter } of plans) {
      const order = jitter.map(({ kind }) => kind).join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    const chiSquare = [...orders.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(20.5); // 5 degrees of freedom, 99.9 %
    const factors = plans.flatMap(({ jitter }) => jitter.map(({ factor }) => factor));
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.6);
    expect(Math.max(...factors)).toBeLessThan(1.4);
    expect(factors.reduce((sum, factor) => sum + factor, 0) / factors.length).toBeCloseTo(1, 2);
  });

  it('lights with the variance that the principal components give to red', () => {
    // sum over components of (eigenvector * eigenvalue * 0.1)^2: (-.5675 * .2175)^2 + (.7192 * .0188)^2 + (.4009 * .0045)^2
    const expected = 0.01 * ((0.5675 * 0.2175) ** 2 + (0.7192 * 0.0188) ** 2 + (0.4009 * 0.0045) ** 2);
    const variance = plans.reduce((sum, { lighting }) => sum + lighting[0] ** 2, 0) / plans.length;
    expect(variance / expected).toBeCloseTo(1, 1);
  });

  it('is off at strength 0', () => {
    const off = sampleColor(stream(0), { brightness: 0, contrast: 0, saturation: 0, lighting: 0 });
    expect(off.jitter.map(({ factor }) => factor)).toEqual([1, 1, 1]);
    expect(off.lighting.map(Math.abs)).toEqual([0, 0, 0]);
  });
});
