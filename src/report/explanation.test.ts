import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawExplanation, drawExplanations } from './explanation.ts';

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

it('shows pictures in columns, and below what each network sees, in red where it is wrong', async () => {
  const explained = (name: string, value: number) => {
    const said = { name, probability: 0.75 };
    const image = { channels: 3, height: 16, width: 16, images: new Uint8Array(3 * 256) };
    const map = {
      height: 16,
      width: 16,
      values: Float32Array.from({ length: 256 }, (_, i) => Number(i % 16 === 0) + (i % 16 >= 8 ? value : -value)),
    };
    const region = { ...said, map, box: [8, 0, 16, 16] as const, pictureBox: [8, 0, 16, 16] as const };
    return { path: 'cat.jpg', image, top: [said], regions: [region], isHardlyAboveChance: false };
  };
  const networks = [
    { title: 'Baseline', explanations: [explained('dog', 5), explained('dog', -5)] },
    { title: 'CutMix', explanations: [explained('cat', -5), explained('dog', 5)] },
  ];
  const png = sharp(await drawExplanations(networks, ['cat', 'dog'])).removeAlpha();
  const { width, height } = await png.metadata();
  expect([width, height]).toEqual([8 + 2 * 232, 8 + 3 * (224 + 8 + 26)]);
  /** Red, green and blue of each pixel. */
  const pixelsAt = async (column: number, row: number, place: Record<'left' | 'top' | 'width' | 'height', number>) => {
    const [left, top] = [8 + column * 232 + place.left, 8 + row * 258 + place.top];
    const bytes = await png
      .clone()
      .extract({ ...place, left, top })
      .raw()
      .toBuffer();
    return Array.from({ length: bytes.length / 3 }, (_, i) => [...bytes.subarray(3 * i, 3 * i + 3)]);
  };
  const inAll = <Found>(rows: number[], look: (column: number, row: number) => Promise<Found>) =>
    Promise.all(rows.flatMap((row) => [0, 1].map((column) => look(column, row))));
  // Nothing but the picture; the baseline sees the first picture's right side, CutMix the second's.
  const isBright = async (column: number, row: number) =>
    (await pixelsAt(column, row, { left: 150, top: 100, width: 40, height: 40 })).some(([red]) => red! > 140);
  expect(await inAll([0, 1, 2], isBright)).toEqual([false, false, true, false, false, true]);
  const isRed = async (column: number, row: number) =>
    (await pixelsAt(column, row, { left: 0, top: 224, width: 224, height: 20 })).some(
      ([red, , blue]) => red! - blue! > 150,
    );
  expect(await inAll([1, 2], isRed)).toEqual([true, false, false, false]);
});
