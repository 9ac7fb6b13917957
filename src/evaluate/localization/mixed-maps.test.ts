import { afterAll, describe, expect, it } from 'vitest';
import { ChannelModel } from '../../../tests/support/channel-model.ts';
import { networkOf } from '../../../tests/support/network-of.ts';
import { type Painted, paintedSet, pixelsAt, paintedSide as side } from '../../../tests/support/painted-set.ts';
import type { LabeledImages } from '../../data/index.ts';
import type { Box } from '../../geometry/index.ts';
import { type MixedMaps, mixedMaps } from './mixed-maps.ts';

const square: Box = [4, 4, 12, 12];
/** A bright square in the channel of the class, which is the class's map. */
const images = [0, 1].map((label): Painted => ({ label, boxes: [[label, square]], groundTruth: [square] }));
const model = new ChannelModel();
afterAll(() => model.dispose());

const isIn = ([x1, y1, x2, y2]: Box, x: number, y: number) => x >= x1 && x < x2 && y >= y1 && y < y2;
/** A value for each pixel, row by row. */
const map = (valueAt: (x: number, y: number) => number) =>
  Array.from({ length: side * side }, (_, i) => valueAt(i % side, Math.floor(i / side)));
const squareMap = map((x, y) => Number(isIn(square, x, y)));
const nothing = map(() => 0);

describe('of a network that sees colors', async () => {
  const network = networkOf(model, paintedSet(images));
  const found = (await mixedMaps(network)) as MixedMaps;
  const [first, second, mixup, cutout, cutmix] = found.pictures;
  const values = (picture: typeof first) => picture!.seen.map((one) => one.map.values);

  it('each of two images of different classes has its own class alone', () => {
    expect([...found.indices].sort()).toEqual([0, 1]);
    expect(found.labels).toEqual(found.indices);
    expect([first!.mix, second!.mix]).toEqual([undefined, undefined]);
    expect(values(first)).toEqual([squareMap, nothing]);
    expect(values(second)).toEqual([nothing, squareMap]);
  });

  it('the probability is that of softmax over the mean of each channel', () => {
    // A quarter of the pixels is bright.
    const own = Math.exp(0.25) / (Math.exp(0.25) + 2);
    const [of, other] = first!.seen;
    expect([of.label, other.label]).toEqual(found.labels);
    expect(of.probability).toBeCloseTo(own, 6);
    expect(other.probability).toBeCloseTo(1 / (Math.exp(0.25) + 2), 6);
  });

  it('MixUp shows both classes at once, each as bright as its share', () => {
    const { method, plan } = mixup!.mix!;
    expect([method, plan.how]).toEqual(['mixup', 'blend']);
    const lambda = plan.lambda[0]!;
    expect(Math.abs(lambda - 0.5)).toBeLessThan(0.1);
    const [own, partner] = values(mixup).map((one) => Math.max(...one));
    // Bytes are rounded, and maps to three digits.
    expect(own).toBeCloseTo(lambda, 2);
    expect(partner).toBeCloseTo(1 - lambda, 2);
  });

  it('CutMix shows the partner inside the box and the own image outside, Cutout nothing inside', () => {
    for (const [picture, isPasted] of [[cutmix, 1] as const, [cutout, 0] as const]) {
      const [box] = picture!.mix!.plan.boxes;
      const inSquare = (x: number, y: number) => Number(isIn(square, x, y));
      expect(values(picture)).toEqual([
        map((x, y) => (isIn(box!, x, y) ? 0 : inSquare(x, y))),
        map((x, y) => (isIn(box!, x, y) ? isPasted * inSquare(x, y) : 0)),
      ]);
    }
  });

  it('is plain data, the same for the same seed and another for another', async () => {
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(await mixedMaps(network)).toEqual(found);
    expect(await mixedMaps(network, { seed: 1 })).not.toEqual(found);
  });

  it('refuses methods that change no images', async () => {
    await expect(mixedMaps(network, { methods: ['none'] })).rejects.toThrow(
      'mixed maps: expected methods that change the image, got none',
    );
  });
});

it('there is none of images of one class', async () => {
  expect(await mixedMaps(networkOf(model, paintedSet([images[0]!, images[0]!])))).toBeUndefined();
});

it('images that cannot be read are passed over', async () => {
  const six = paintedSet([0, 1, 2, 3, 4, 5].map((n) => images[n % 2]!));
  const { images: _, ...header } = six;
  const readable = [3, 4];
  const set: LabeledImages = {
    ...header,
    draw(index) {
      if (!readable.includes(index)) throw new Error('no picture');
      return pixelsAt(six, index);
    },
  };
  const found = await mixedMaps(networkOf(model, set));
  expect([...found!.indices].sort()).toEqual(readable);
});
