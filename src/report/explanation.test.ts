import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawExplanation } from './explanation.ts';

it('shows the picture, each map with its box, and a bar as long as each probability', async () => {
  const image = { channels: 3, height: 16, width: 16, images: new Uint8Array(3 * 16 * 16) };
  const values = Float32Array.from({ length: 256 }, (_, i) => Number(i % 16 >= 8));
  const said = { name: 'cat', probability: 0.75 };
  const png = await drawExplanation({
    ...{ path: 'cat.jpg', image, top: [said, { name: 'dog', probability: 0.25 }] },
    isHardlyAboveChance: false,
    regions: [{ ...said, map: { height: 16, width: 16, values }, box: [8, 0, 16, 16], pictureBox: [8, 0, 16, 16] }],
  });
  const colorAt = async (column: number, x: number, y: number) => {
    const place = { left: 8 + column * 232 + x, top: 8 + y, width: 1, height: 1 };
    return [...(await sharp(png).removeAlpha().extract(place).raw().toBuffer())];
  };
  expect(await colorAt(0, 100, 100)).toEqual([0, 0, 0]);
  // Dark left of the middle, bright right of it, the box around the right half.
  expect((await colorAt(1, 30, 100))[0]).toBeLessThan(20);
  expect((await colorAt(1, 190, 100))[0]).toBeGreaterThan(140);
  expect(await colorAt(1, 112, 100)).toEqual([0x2f, 0xe0, 0xff]);
  // Bars of three quarters and of one quarter of 224 pixels.
  const isBlue = async (x: number, bar: number) => {
    const [red, , blue] = await colorAt(2, x, bar * 36 + 26);
    return blue! - red! > 50;
  };
  expect(await Promise.all([165, 171].map((x) => isBlue(x, 0)))).toEqual([true, false]);
  expect(await Promise.all([53, 59].map((x) => isBlue(x, 1)))).toEqual([true, false]);
});
