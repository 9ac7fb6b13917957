import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numbers } from '../../../tests/support/numbers.ts';
import { stream } from '../../random/index.ts';
import { type Tensor, tensor } from '../../torch/index.ts';
import { drawPartners, inBetween } from './in-between.ts';

const zeroAndOne = tensor([0, 1]).view([2, 1, 1, 1]).expand([2, 1, 4, 4]);
const partners = [1, 0];
const first = (images: Tensor) => [...images.select(0, 0).data()].map(Number);

it('MixUp takes the ratio of the first image', () => {
  expect(first(inBetween(zeroAndOne, { method: 'mixup', ratio: 0.25, partners }))).toEqual(Array(16).fill(0.75));
});

it('CutMix pastes a square of the second image in the middle of the first', () => {
  const mixed = first(inBetween(zeroAndOne, { method: 'cutmix', ratio: 0.75, partners }));
  expect(mixed).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
});

it.each(['mixup', 'cutmix'] as const)('%s begins with the second image and ends with the first', (method) => {
  const images = tensor(numbers(3 * 2 * 5 * 4, 1), { shape: [3, 2, 5, 4] });
  const bytes = images.bytes();
  const cycle = [2, 0, 1];
  const mixed = (ratio: number) => inBetween(images, { method, ratio, partners: cycle });
  expect([...mixed(1).data()]).toEqual([...images.data()]);
  expect([...mixed(0).data()]).toEqual([...images.indexSelect(0, tensor(Int32Array.from(cycle))).data()]);
  expect(images.bytes()).toEqual(bytes);
});

it('the share of the second image in CutMix is that of the ratio, to half a row and column', () => {
  const images = tensor([0, 1]).view([2, 1, 1, 1]).expand([2, 1, 32, 32]);
  for (let tenth = 0; tenth <= 10; tenth++) {
    const mixed = first(inBetween(images, { method: 'cutmix', ratio: tenth / 10, partners }));
    const side = Math.sqrt(mixed.filter((pixel) => pixel === 1).length);
    expect(Math.abs(side - 32 * Math.sqrt(1 - tenth / 10))).toBeLessThanOrEqual(0.5);
  }
});

it('everyone has a partner, is one, and never his own, unless alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.nat(), (n, seed) => {
      const drawn = drawPartners(n, stream(seed, 'test'));
      expect([...drawn].sort((a, b) => a - b)).toEqual(drawn.map((_, i) => i));
      expect(drawn.some((partner, i) => partner === i)).toBe(false);
    }),
  );
  expect(drawPartners(1, stream(0, 'test'))).toEqual([0]);
});

it('refuses a ratio that is none', () => {
  expect(() => inBetween(zeroAndOne, { method: 'mixup', ratio: 2, partners })).toThrow(
    'inBetween: expected ratio to be a number in 0..1, got 2',
  );
});
