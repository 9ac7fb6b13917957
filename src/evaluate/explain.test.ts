import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelModel } from '../../tests/support/channel-model.ts';
import { networkOf } from '../../tests/support/network-of.ts';
import { paintedSet, paintedSide } from '../../tests/support/painted-set.ts';
import { writeFile } from '../../tests/support/pictures.ts';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { explainPicture } from './explain.ts';
import { isHardlyAboveChance } from './top-classes.ts';

describe('of a network that sees colors, a red square in a wide black picture', () => {
  const folder = temporaryFolder(afterAll);
  const model = new ChannelModel();
  afterAll(() => model.dispose());
  const network = networkOf(model, paintedSet([{ label: 0, boxes: [], groundTruth: [] }]));
  const path = join(folder, 'wide.png');

  beforeAll(async () => {
    const square = { create: { width: 16, height: 16, channels: 3, background: '#ff0000' } } as const;
    await sharp({ create: { width: 64, height: 32, channels: 3, background: '#000000' } })
      .composite([{ ...{ input: square }, left: 24, top: 8 }])
      .toFile(path);
  });

  it('is boxed in the image that the network saw, and in the picture', async () => {
    const { image, regions } = await explainPicture(network, path, { threshold: 0.5 });
    expect([image.height, image.width]).toEqual([paintedSide, paintedSide]);
    // The picture is halved, and the middle of it kept.
    expect(regions.map(({ name, box, pictureBox }) => ({ name, box, pictureBox }))).toEqual([
      { name: 'red', box: [4, 4, 12, 12], pictureBox: [24, 8, 40, 24] },
    ]);
    expect(regions[0]!.map).toMatchObject({ height: paintedSide, width: paintedSide });
    expect(regions[0]!.map.values[8 * paintedSide + 8]).toBe(1);
  });

  it('has the probabilities of the softmax over the means of the channels, in their order', async () => {
    const { top } = await explainPicture(network, path);
    const red = Math.exp(64 / 256) / (Math.exp(64 / 256) + 2);
    expect(top.map(({ name }) => name)).toEqual(['red', 'green', 'blue']);
    expect(top[0]!.probability).toBeCloseTo(red, 2);
    expect(top[1]!.probability).toBeCloseTo((1 - red) / 2, 2);
  });

  it('says that a class is hardly above chance, whose odds are less than twice those of a guess', async () => {
    // Of three classes less than one half; the softmax gives red 0.39.
    expect((await explainPicture(network, path)).isHardlyAboveChance).toBe(true);
    const cases: [number, number, boolean][] = [
      [0.66, 2, true],
      [0.67, 2, false],
      [0.18, 10, true],
      [0.19, 10, false],
      [0.0019, 1000, true],
      [0.0021, 1000, false],
    ];
    expect(cases.map(([probability, classes]) => isHardlyAboveChance(probability, classes))).toEqual(
      cases.map(([, , expected]) => expected),
    );
  });

  it('has a map for each class that is asked for; where nothing is seen, the box is the whole image', async () => {
    const { regions } = await explainPicture(network, path, { classes: ['blue', 'red'], method: 'grad-cam' });
    expect(regions.map(({ name, box }) => ({ name, box }))).toEqual([
      { name: 'blue', box: [0, 0, 16, 16] },
      { name: 'red', box: expect.any(Array) as number[] },
    ]);
    expect(regions[0]!.pictureBox).toEqual([16, 0, 48, 32]);
  });

  it('a class that the network does not know is an error with the nearest', async () => {
    const ask = (name: string) => explainPicture(network, path, { classes: [name] });
    await expect(ask('gren')).rejects.toThrow(
      "class: expected one of the 3 that the network knows, got 'gren'; did you mean 'green'?",
    );
    await expect(ask('albatross')).rejects.toThrow("got 'albatross', as red, green, blue");
  });

  it('a file that is missing or no picture is named', async () => {
    writeFile(join(folder, 'text.png'), 'no picture');
    await expect(explainPicture(network, join(folder, 'none.png'))).rejects.toThrow(/none\.png: expected a file/);
    await expect(explainPicture(network, join(folder, 'text.png'))).rejects.toThrow(/text\.png: expected a JPEG/i);
  });
});
