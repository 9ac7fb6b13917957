import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { colorDistance } from '../drawn/color.ts';
import { openData } from '../sets/open-data.ts';
import { openShapes } from '../sets/shapes.ts';
import { drawScene } from './draw-scene.ts';
import { kinds, outlines } from './kinds.ts';
import { renderScene } from './render.ts';
import { planScene } from './scene-plan.ts';

const many = Array.from({ length: 800 }, (_, i) => i);

function checksum(...parts: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}

describe('every machine draws the same scene', () => {
  it.each([
    [32, 'eb75545753c00018'],
    [65, '9c6dfc8f7877fdca'],
  ])('64 scenes of %i pixels have a known checksum', (size, known) => {
    const images = many.slice(0, 64).map((index) => drawScene(0, 'train', index, { size }).image);
    expect(checksum(...images)).toBe(known);
  });

  it('whatever the number of threads', async () => {
    const numbers = { size: 16, train: 50, test: 21, seed: 5 };
    const inline = await openShapes({ ...numbers, workers: 0 });
    const threaded = await openShapes({ ...numbers, workers: 3 });
    for (const part of ['train', 'test'] as const) {
      expect(threaded[part].images).toEqual(inline[part].images);
      expect(threaded[part].labels).toEqual(inline[part].labels);
      expect(await threaded[part].boxes!()).toEqual(await inline[part].boxes!());
    }
    const [x1, y1, x2, y2] = drawScene(5, 'test', 20, { size: 16 }).box;
    expect((await inline.test.boxes!()).boxes[20]).toEqual([[x1, y1, x2, y2]]);
    expect([...inline.test.images.subarray(0, 768)]).toEqual([...drawScene(5, 'test', 0, { size: 16 }).image]);
  });

  it('and another one for another seed, part or index', () => {
    const scenes = [
      drawScene(0, 'train', 0),
      drawScene(1, 'train', 0),
      drawScene(0, 'test', 0),
      drawScene(0, 'train', 16),
    ];
    expect(new Set(scenes.map(({ image }) => checksum(image))).size).toBe(4);
  });
});

describe('outlines', () => {
  const grid = Array.from({ length: 301 }, (_, i) => (i - 150) / 100);
  it.each(outlines.map((outline) => [outline.name, outline] as const))(
    'a %s stays within its reach and covers about the same area as the others',
    (_, { reach, contains }) => {
      const inside = grid.flatMap((x) => grid.filter((y) => contains(x, y)).map((y) => Math.hypot(x, y)));
      expect(Math.max(...inside)).toBeLessThanOrEqual(reach + 1e-9);
      expect(Math.max(...inside)).toBeGreaterThan(reach - 0.05);
      expect(inside.length / 1e4).toBeGreaterThan(1.95);
      expect(inside.length / 1e4).toBeLessThan(2.35);
    },
  );
});

describe('boxes', () => {
  it('hold every pixel that shows the object and touch one on each side', () => {
    const scene = fc.record({ index: fc.nat(5000), size: fc.integer({ min: 16, max: 50 }) });
    fc.assert(
      fc.property(scene, ({ index, size }) => {
        const { owners } = renderScene(planScene(1, 'train', index), size);
        drawScene(1, 'train', index, { size }).objects.forEach(({ box }, owner) => {
          const shows = (x: number, y: number) => owners[y * size + x] === owner;
          const columns = Array.from({ length: size }, (_, x) => x).filter((x) =>
            Array.from({ length: size }, (_, y) => y).some((y) => shows(x, y)),
          );
          const rows = Array.from({ length: size }, (_, y) => y).filter((y) => columns.some((x) => shows(x, y)));
          expect(box).toEqual([columns[0], rows[0], columns.at(-1)! + 1, rows.at(-1)! + 1]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('are at the same place at every size, to a pixel', () => {
    for (const index of many.slice(0, 100)) {
      const small = drawScene(0, 'test', index, { size: 32 }).box;
      const large = drawScene(0, 'test', index, { size: 64 }).box;
      for (const side of [0, 1, 2, 3] as const) {
        expect(Math.abs(large[side] / 2 - small[side])).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('the main object', () => {
  it('is whole, and shows more pixels than any other object, each of which can be seen', () => {
    for (const index of many) {
      const plan = planScene(0, 'train', index);
      const { owners } = renderScene(plan, 24);
      const areas = plan.objects.map((_, owner) => owners.filter((pixel) => pixel === owner).length);
      expect(Math.min(...areas)).toBeGreaterThan(0);
      expect(areas[0]).toBeGreaterThan(Math.max(0, ...areas.slice(1)));
      const { x, y, radius, kind } = plan.objects[0];
      const reach = radius * kinds[kind]!.outline.reach;
      expect(Math.min(x, y) - reach).toBeGreaterThanOrEqual(-1e-9);
      expect(Math.max(x, y) + reach).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it('stands out from the background, and the two colors of its texture from one another', () => {
    for (const index of many) {
      const { background, objects } = planScene(0, 'train', index);
      const [first, second] = objects[0].surface.colors;
      expect(colorDistance(first.rgb, second.rgb)).toBeGreaterThan(0.25);
      for (const { rgb } of background.colors) expect(colorDistance(first.rgb, rgb)).toBeGreaterThan(0.3);
    }
  });

  it('has every class equally often, and each class every color', () => {
    const labels = many.map((index) => drawScene(0, 'train', index, { size: 16 }).label);
    expect(kinds.map((_, kind) => labels.filter((label) => label === kind).length)).toEqual(kinds.map(() => 50));
    const colors = kinds.map((_, kind) => {
      const names = Array.from({ length: 400 }, (_, i) => planScene(0, 'train', kind + 16 * i).objects[0]);
      return new Set(names.map(({ surface }) => surface.colors[0].name)).size;
    });
    expect(colors).toEqual(kinds.map(() => 12));
  });
});

describe('captions', () => {
  const captioned = many.map((index) => ({
    plan: planScene(0, 'train', index),
    captions: drawScene(0, 'train', index, { size: 16 }).captions,
  }));

  it('are five different sentences that name the main object', () => {
    for (const { plan, captions } of captioned) {
      const { texture, outline } = kinds[plan.objects[0].kind]!;
      expect(new Set(captions).size).toBe(5);
      for (const caption of captions) {
        expect(caption).toContain(`${texture} ${outline.name}`);
        expect(caption).toMatch(/^[A-Z][a-z0-9,: ]+\.$/);
        expect(caption).not.toMatch(/\ba [aeiou]|\ban [^aeiou]| {2}/i);
      }
    }
  });

  it('name color, place, background and the other objects as they are', () => {
    for (const { plan, captions } of captioned) {
      const [main, ...others] = plan.objects;
      expect(captions[0]).toContain(main.surface.colors[0].name);
      if (captions[4].includes('left')) expect(main.x).toBeLessThan(0.5);
      if (captions[4].includes('right')) expect(main.x).toBeGreaterThan(0.5);
      if (captions[4].includes('top')) expect(main.y).toBeLessThan(0.5);
      if (captions[4].includes('bottom')) expect(main.y).toBeGreaterThan(0.5);
      expect(captions[1]).toContain(`${plan.background.texture} background`);
      for (const { kind } of others) expect(captions[2]).toContain(kinds[kind]!.name);
      if (others.length === 0) expect(captions[2]).toMatch(/by itself|all alone/);
    }
  });

  it('vary: few scenes are described in the same words', () => {
    expect(new Set(captioned.map(({ captions }) => captions.join())).size).toBeGreaterThan(780);
  });
});

describe('what a person types', () => {
  it('numbers in the name choose the set', async () => {
    const open = async (text: string, options = {}) =>
      (await openData(text, options)) as DataParts<LabeledImages<PixelsInMemory>>;
    const { train, test } = await open('shapes:size=16,train=20,test=5,seed=9');
    expect([train.length, train.height, test.length, train.classes.length]).toEqual([20, 16, 5, 16]);
    expect(train.images.subarray(0, 768)).toEqual(drawScene(9, 'train', 0, { size: 16 }).image);
    expect((await open('shapes:size=16,train=20', { seed: 9, test: 5 })).train.images).toEqual(train.images);
  });

  it.each([
    ['shapes:sise=16', /unknown option 'sise'; did you mean 'size'\?/],
    ['shapes:size=big', /shapes: expected size to be a whole number of at least 16, got 'big'/],
    ['shapes:size=8', /expected size to be a whole number of at least 16, got 8/],
    ['shapes:train=0', /expected train to be a whole number of at least 1, got 0/],
  ])('%s is an error that says what was expected', async (text, message) => {
    await expect(openData(text)).rejects.toThrow(message);
  });
});
