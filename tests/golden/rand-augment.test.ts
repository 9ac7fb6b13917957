import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toInterleaved, toPlanes } from '../../src/data/images.ts';
import { pictureOperations } from '../../src/data/picture-operations.ts';
import { randAugment, strengthOf } from '../../src/data/rand-augment.ts';
import { numbers } from '../support/numbers.ts';

type Name = keyof typeof pictureOperations;
type Case = [
  height: number,
  width: number,
  name: Name,
  magnitude: number,
  strength: number,
  sum: number,
  digest: string,
];

const { cases } = JSON.parse(readFileSync(new URL('./rand-augment.golden.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** rand-augment.py makes the same. */
function picture(height: number, width: number): Uint8Array {
  const noise = numbers(height * width * 3, height);
  return Uint8Array.from(noise, (value, i) => Math.floor(value * 100) + 71 + ((Math.floor(i / (width * 3)) * 7) % 100));
}

const summary = (bytes: Uint8Array) => [
  bytes.reduce((sum, value) => sum + value, 0),
  createHash('sha256').update(bytes).digest('hex').slice(0, 16),
];

describe("RandAugment's operations equal torchvision's byte for byte:", () => {
  it.each(cases)(
    '%d x %d, %s at magnitude %d, strength %d',
    (height, width, name, magnitude, strength, ...expected) => {
      const size = { height, width };
      const own = Math.sign(strength || 1) * strengthOf(name, magnitude, size);
      expect(Math.abs(own - strength)).toBeLessThan(2e-5);
      const image = picture(height, width);
      randAugment(image, size, 'NHWC', [{ name, strength }]);
      expect(summary(image)).toEqual(expected);
      const planes = toPlanes(picture(height, width), 3);
      randAugment(planes, size, 'NCHW', [{ name, strength: own }]);
      expect(summary(toInterleaved(planes, 3))).toEqual(expected);
    },
  );

  it('there is a case of each', () => {
    expect(new Set(cases.map(([, , name]) => name))).toEqual(new Set(Object.keys(pictureOperations)));
  });
});
