import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelModel } from '../../../tests/support/channel-model.ts';
import { networkOf } from '../../../tests/support/network-of.ts';
import { type Painted, paintedSet, paintedSide } from '../../../tests/support/painted-set.ts';
import { writeFile } from '../../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../../tests/support/small-training.ts';
import { train } from '../../config/index.ts';
import { openData } from '../../data/index.ts';
import type { Box } from '../../geometry/index.ts';
import { measureSuite } from '../evaluate-run.ts';
import { limitedImages, type TrainedNetwork, withTrainedNetwork } from '../network.ts';
import '../suites.ts';
import { centerBoxes } from './center-box.ts';
import type { LocalizationResult } from './localization.ts';

interface Options extends Record<string, unknown> {
  limit?: number;
  onProgress?: (what: string, done: number, of: number) => void;
}

function evaluateLocalization(network: TrainedNetwork, { limit, onProgress, ...options }: Options = {}) {
  return measureSuite(network, { name: 'localization', options }, { limit, onProgress });
}

const [red, green] = [0, 1];
const side = paintedSide;

describe('of a network that sees colors', () => {
  const model = new ChannelModel();
  afterAll(() => model.dispose());
  // The whole object; half of it; the whole, but something else is larger; no true box.
  const images: Painted[] = [
    { label: red, boxes: [[red, [2, 2, 10, 10]]], groundTruth: [[2, 2, 10, 10]] },
    { label: green, boxes: [[green, [0, 0, 8, 8]]], groundTruth: [[0, 0, 8, 16]] },
    {
      label: red,
      boxes: [
        [red, [4, 4, 8, 8]],
        [green, [0, 8, 16, 16]],
      ],
      groundTruth: [
        [12, 0, 16, 4],
        [4, 4, 8, 8],
      ],
    },
    { label: red, boxes: [[red, [0, 0, 4, 4]]], groundTruth: [] },
  ];
  const network = networkOf(model, paintedSet(images));

  it('both protocols count what can be counted by hand', async () => {
    const result = await evaluateLocalization(network);
    expect(result).toMatchObject({ images: 3, withoutBox: 1, badImages: 0, method: 'cam' });
    // An IoU of one half is enough in the swept protocol alone.
    expect(result.fixed).toEqual({
      threshold: 0.15,
      top1Localization: 1 / 3,
      gtKnownLocalization: 2 / 3,
      top1Accuracy: 2 / 3,
    });
    expect(result.swept.maxBoxAccuracy).toEqual({ threshold: 0, share: 1 });
    expect(result.swept.byIou).toEqual([
      { iou: 0.3, best: { threshold: 0, share: 1 } },
      { iou: 0.5, best: { threshold: 0, share: 1 } },
      { iou: 0.7, best: { threshold: 0, share: 2 / 3 } },
    ]);
    expect(result.swept.maxBoxAccuracyV2).toBeCloseTo((1 + 1 + 2 / 3) / 3, 12);
    expect(result.swept.curve.map(({ threshold }) => threshold)).toEqual(
      Array.from({ length: 100 }, (_, i) => i / 100),
    );
  });

  it("the gallery shows the predicted class's box and its best IoU", async () => {
    const { examples } = await evaluateLocalization(network);
    expect(examples.map(({ map: _, ...example }) => example)).toEqual([
      { index: 0, label: red, predicted: red, box: [2, 2, 10, 10], groundTruth: images[0]!.groundTruth, iou: 1 },
      { index: 1, label: green, predicted: green, box: [0, 0, 8, 8], groundTruth: images[1]!.groundTruth, iou: 0.5 },
      { index: 2, label: red, predicted: green, box: [0, 8, 16, 16], groundTruth: images[2]!.groundTruth, iou: 0 },
    ]);
    // The map of a class is the image's channel.
    expect(examples[1]!.map).toMatchObject({ height: side, width: side });
    expect(new Set(examples[1]!.map.values.map((value) => Math.round(value)))).toEqual(new Set([0, 1]));
    expect((await evaluateLocalization(network, { examples: 1 })).examples.map(({ index }) => index)).toEqual([0]);
  });

  it('Grad-CAM finds the same boxes, its maps being these over the number of places', async () => {
    const [cam, gradCam] = [
      await evaluateLocalization(network),
      await evaluateLocalization(network, { method: 'grad-cam' }),
    ];
    expect(gradCam.method).toBe('grad-cam');
    const boxes = ({ method: _, mixedMaps: __, examples, ...numbers }: LocalizationResult) => ({
      ...numbers,
      examples: examples.map(({ map: ___, ...example }) => example),
    });
    expect(boxes(gradCam)).toEqual(boxes(cam));
    const valuesOf = ({ examples, mixedMaps }: LocalizationResult) =>
      [...examples, ...mixedMaps!.pictures.flatMap(({ seen }) => seen)].flatMap(({ map }) => map.values);
    const [expected, got] = [valuesOf(cam), valuesOf(gradCam)];
    // Each is rounded to a thousandth of the largest of its map.
    expect(got.every((value, i) => Math.abs(value * side ** 2 - expected[i]!) <= 0.001)).toBe(true);
  });

  it('calls back after each batch of the whole work', async () => {
    const calls: [number, number][] = [];
    const small = networkOf(model, paintedSet(images), { evalBatchSize: 3 });
    await evaluateLocalization(small, { onProgress: (_, done, of) => calls.push([done, of]) });
    expect(calls).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('data without true boxes is named with the ways to give some', async () => {
    const none = networkOf(model, paintedSet(images.slice(3)));
    const { boxes: _, ...withoutBoxes } = none.images;
    await expect(evaluateLocalization(none)).rejects.toThrow(
      /expected test images with ground-truth boxes, got images of a test, where none of 1 has one; measure on 'shapes'/,
    );
    await expect(evaluateLocalization(networkOf(model, withoutBoxes))).rejects.toThrow(
      'expected test images with ground-truth boxes',
    );
  });

  it('boxes may come from a folder; a map that is the same everywhere has the whole image as its box', async () => {
    const folder = temporaryFolder();
    const plain = async (path: string, background: string) => {
      const picture = sharp({ create: { width: side, height: side, channels: 3, background } });
      writeFile(join(folder, path), await picture.png().toBuffer());
    };
    for (const split of ['train', 'val']) {
      await plain(`${split}/0-red/${split}-r.png`, '#ff0000');
      await plain(`${split}/1-green/${split}-g.png`, '#00ff00');
    }
    const corners = `<xmin>1</xmin><ymin>1</ymin><xmax>${side}</xmax><ymax>${side}</ymax>`;
    const object = `<object><name>0-red</name><bndbox>${corners}</bndbox></object>`;
    writeFile(join(folder, 'boxes', 'val-r.xml'), `<annotation>${object}</annotation>`);
    const { test } = await openData(`${folder}:size=${side}`);
    const pictures = networkOf(model, test);
    await expect(evaluateLocalization(pictures)).rejects.toThrow(
      /expected test images with ground-truth boxes.*--boxes/,
    );
    const result = await evaluateLocalization(pictures, { boxes: join(folder, 'boxes') });
    expect(result).toMatchObject({ images: 1, withoutBox: 1, badImages: 0, fixed: { top1Localization: 1 } });
    // A picture that cannot be decoded is left out where that was asked for, whether it has a box or not.
    writeFile(join(folder, 'val', '1-green', 'val-g.png'), 'no picture');
    writeFile(join(folder, 'boxes', 'val-g.xml'), `<annotation>${object.replace('0-red', '1-green')}</annotation>`);
    const options = { boxes: join(folder, 'boxes') };
    await expect(evaluateLocalization(pictures, options)).rejects.toThrow('val-g.png: expected a JPEG');
    const skipping = networkOf(model, test, { onBadImage: 'skip' });
    expect(await evaluateLocalization(skipping, options)).toMatchObject({ images: 1, withoutBox: 0, badImages: 1 });
  });

  it('a threshold out of range is named', async () => {
    await expect(() => evaluateLocalization(network, { threshold: 15 })).rejects.toThrow(
      'localization: expected threshold to be a number in 0..1, got 15',
    );
  });
});

describe('the box in the middle', () => {
  const size = { height: side, width: side };
  const floorOf = (...groundTruth: Box[]) =>
    centerBoxes(
      groundTruth.map((box) => [box]),
      size,
    );

  it('has half of the area in the protocol without a choice', () => {
    expect(floorOf([5, 5, 11, 11]).gtKnownLocalization).toBe(0); // 36 of 128
    expect(floorOf([3, 3, 13, 13]).gtKnownLocalization).toBe(1); // 100 of 128
    expect(floorOf([1, 0, 16, 16], [0, 0, 4, 4]).gtKnownLocalization).toBe(0.5); // 128 of 240, and next to nothing
  });

  it('has the size that is best for the whole set in the other', () => {
    expect(floorOf([4, 4, 12, 12]).maxBoxAccuracyV2).toBe(1);
    expect(floorOf([0, 0, 4, 4]).maxBoxAccuracyV2).toBe(0);
    // Areas of 16 and 64 pixels: one of 36 has an IoU of 0.3 with both, none on this grid has one of 0.5.
    expect(floorOf([6, 6, 10, 10], [4, 4, 12, 12]).maxBoxAccuracyV2).toBeCloseTo((1 + 0.5 + 0.5) / 3, 12);
  });
});

describe('of a trained network', () => {
  const folder = temporaryFolder(afterAll);
  const run = join(folder, 'run');
  let result: LocalizationResult;
  const evaluate = (options = {}) => withTrainedNetwork(run, {}, (network) => evaluateLocalization(network, options));

  beforeAll(async () => {
    await train(smallConfig({ epochs: 2 }), { run });
    result = await evaluate();
  });

  it('a right box with a right class is rarer than either', () => {
    const { fixed, swept } = result;
    expect(fixed.top1Localization).toBeLessThanOrEqual(Math.min(fixed.gtKnownLocalization, fixed.top1Accuracy));
    expect(swept.maxBoxAccuracy.share).toBeGreaterThanOrEqual(Math.max(...swept.curve.map(({ share }) => share)));
    const shares = swept.byIou.map(({ best }) => best.share);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(result.images).toBe(32);
    expect(result.examples).toHaveLength(12);
  });

  it('is plain data and the same each time', async () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(await evaluate()).toEqual(result);
  });

  it('a limit keeps boxes and images together', async () => {
    const { images, examples } = await evaluate({ limit: 5, examples: 5 });
    expect(images).toBe(5);
    await withTrainedNetwork(run, {}, async (network) => {
      const { labels } = network.images;
      const { boxes } = await network.images.boxes!();
      expect(examples.map(({ label }) => label)).toEqual(examples.map(({ index }) => labels[index]));
      expect(examples.map(({ groundTruth }) => groundTruth)).toEqual(examples.map(({ index }) => boxes[index]));
      const limited = limitedImages(network, 5);
      expect(examples.map(({ label }) => label).sort()).toEqual([...limited.labels].sort());
    });
  });
});
