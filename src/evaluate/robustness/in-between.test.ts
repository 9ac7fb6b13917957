import { expect, it } from 'vitest';
import { numbers } from '../../../tests/support/numbers.ts';
import { type Tensor, tensor } from '../../torch/index.ts';
import { inBetween } from './in-between.ts';

const zeroAndOne = tensor([0, 1]).view([2, 1, 1, 1]).expand([2, 1, 4, 4]);
const partners = tensor([1, 0]).view([2, 1, 1, 1]).expand([2, 1, 4, 4]);
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
  const others = images.indexSelect(0, tensor(Int32Array.of(2, 0, 1)));
  const mixed = (ratio: number) => inBetween(images, { method, ratio, partners: others });
  expect([...mixed(1).data()]).toEqual([...images.data()]);
  expect([...mixed(0).data()]).toEqual([...others.data()]);
  expect(images.bytes()).toEqual(bytes);
});

it('the share of the second image in CutMix is that of the ratio, to half a row and column', () => {
  const side32 = (values: number[]) => tensor(values).view([2, 1, 1, 1]).expand([2, 1, 32, 32]);
  const [images, others] = [side32([0, 1]), side32([1, 0])];
  for (let tenth = 0; tenth <= 10; tenth++) {
    const mixed = first(inBetween(images, { method: 'cutmix', ratio: tenth / 10, partners: others }));
    const side = Math.sqrt(mixed.filter((pixel) => pixel === 1).length);
    expect(Math.abs(side - 32 * Math.sqrt(1 - tenth / 10))).toBeLessThanOrEqual(0.5);
  }
});

it('refuses a ratio that is none', () => {
  expect(() => inBetween(zeroAndOne, { method: 'mixup', ratio: 2, partners })).toThrow(
    'inBetween: expected ratio to be a number in 0..1, got 2',
  );
});
