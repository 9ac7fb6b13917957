import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { colorDistance } from '../drawn/color.ts';
import { openBirds } from '../sets/birds.ts';
import { openData } from '../sets/open-data.ts';
import { drawScene } from '../shapes/index.ts';
import { select } from '../subset.ts';
import { planBird } from './bird-plan.ts';
import { drawBird, paintBird } from './draw-bird.ts';
import { birdParts, birdSpecies, leafColors } from './species.ts';

const many = Array.from({ length: 600 }, (_, i) => i);

describe('species', () => {
  it('have five colors each, and two of them share the color of one part at most', () => {
    for (const { colors } of birdSpecies) expect(new Set(birdParts.map((part) => colors[part].name)).size).toBe(5);
    const shared = birdSpecies.flatMap((one, i) =>
      birdSpecies
        .slice(0, i)
        .map((other) => birdParts.filter((part) => one.colors[part] === other.colors[part]).length),
    );
    expect(shared).toHaveLength(66);
    expect(Math.max(...shared)).toBe(1);
  });

  it('are called by two of their parts, each by another name', () => {
    expect(new Set(birdSpecies.map(({ name }) => name)).size).toBe(12);
    const [{ name, colors }] = birdSpecies as [(typeof birdSpecies)[0]];
    expect(birdParts.map((part) => `${colors[part].name} ${part}`)).toEqual([
      'red tail',
      'yellow body',
      'green wing',
      'blue beak',
      'white head',
    ]);
    expect(name).toBe('white-headed yellow bird');
  });

  it('have no color of leaves', () => {
    const feathers = birdSpecies.flatMap(({ colors }) => Object.values(colors));
    const nearest = leafColors.map(({ rgb }) => Math.min(...feathers.map((color) => colorDistance(color.rgb, rgb))));
    expect(Math.min(...nearest)).toBeGreaterThan(0.3);
  });
});

describe('every machine draws the same bird', () => {
  it.each([
    [32, 'cb5e07053892353d'],
    [65, '0195c3e8bbe4e8d1'],
  ])('64 birds of %i pixels have a known checksum', (size, known) => {
    const hash = createHash('sha256');
    for (const index of many.slice(0, 64)) hash.update(drawBird(0, 'train', index, { size, hidden: 0.3 }).image);
    expect(hash.digest('hex').slice(0, 16)).toBe(known);
  });

  it('whatever the number of threads', async () => {
    const numbers = { size: 16, train: 30, test: 13, seed: 5, hidden: 0.5, trainHidden: 0.2 };
    const inline = await openBirds({ ...numbers, workers: 0 });
    const threaded = await openBirds({ ...numbers, workers: 3 });
    for (const part of ['train', 'test'] as const) {
      expect(threaded[part].images).toEqual(inline[part].images);
      expect(threaded[part].labels).toEqual(inline[part].labels);
      expect(await threaded[part].boxes!()).toEqual(await inline[part].boxes!());
      expect(await threaded[part].parts!()).toEqual(await inline[part].parts!());
    }
    expect(inline.train.images.subarray(0, 768)).toEqual(drawBird(5, 'train', 0, { size: 16, hidden: 0.2 }).image);
    const { image, box, parts } = drawBird(5, 'test', 12, { size: 16, hidden: 0.5 });
    expect(inline.test.images.subarray(12 * 768)).toEqual(image);
    expect((await inline.test.boxes!()).boxes[12]).toEqual([[...box]]);
    const { names, points } = await inline.test.parts!();
    expect(names).toEqual(['tail', 'body', 'wing', 'beak', 'head']);
    expect(points[12]).toEqual(
      parts.map((pixel) => (pixel < 0 ? undefined : [(pixel % 16) + 0.5, Math.floor(pixel / 16) + 0.5])),
    );
  });

  it('and another one for another seed, part or index', () => {
    const birds = [drawBird(0, 'train', 0), drawBird(1, 'train', 0), drawBird(0, 'test', 0), drawBird(0, 'train', 12)];
    expect(new Set(birds.map(({ image }) => image.join())).size).toBe(4);
  });
});

describe('the box and the places of parts', () => {
  const bird = fc.record({
    index: fc.nat(5000),
    size: fc.integer({ min: 16, max: 50 }),
    hidden: fc.constantFrom(0, 0.3, 1),
  });

  it('the box holds every pixel that shows the bird and touches one on each side', () => {
    fc.assert(
      fc.property(bird, ({ index, size, hidden }) => {
        const { owners } = paintBird(planBird(1, 'train', index, hidden), size);
        const shown = [...owners.keys()].filter((pixel) => owners[pixel]! >= 0);
        const columns = shown.map((pixel) => pixel % size);
        const rows = shown.map((pixel) => Math.floor(pixel / size));
        expect(drawBird(1, 'train', index, { size, hidden }).box).toEqual([
          Math.min(...columns),
          Math.min(...rows),
          Math.max(...columns) + 1,
          Math.max(...rows) + 1,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('a part is where it is seen, as near to the middle of what is seen as can be, and nowhere where it is not', () => {
    fc.assert(
      fc.property(bird, ({ index, size, hidden }) => {
        const { owners } = paintBird(planBird(1, 'train', index, hidden), size);
        drawBird(1, 'train', index, { size, hidden }).parts.forEach((pixel, owner) => {
          const own = [...owners.keys()].filter((other) => owners[other] === owner);
          expect(pixel >= 0).toBe(own.length > 0);
          if (own.length === 0) return;
          const x = own.reduce((sum, other) => sum + (other % size), 0) / own.length;
          const y = own.reduce((sum, other) => sum + Math.floor(other / size), 0) / own.length;
          const distance = (other: number) => Math.hypot((other % size) - x, Math.floor(other / size) - y);
          expect(own).toContain(pixel);
          expect(distance(pixel)).toBeLessThanOrEqual(Math.min(...own.map(distance)) + 1e-9);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('are the same at every size, to a pixel', () => {
    for (const index of many.slice(0, 100)) {
      const small = drawBird(0, 'test', index, { size: 32, hidden: 0 });
      const large = drawBird(0, 'test', index, { size: 64, hidden: 0 });
      for (const side of [0, 1, 2, 3] as const) {
        expect(Math.abs(large.box[side] / 2 - small.box[side])).toBeLessThanOrEqual(1);
      }
    }
  });

  it('a bird fills more of its picture than an object of shapes does, and is seen even where all is hidden that may be', () => {
    const area = ([x1, y1, x2, y2]: readonly [number, number, number, number]) => (x2 - x1) * (y2 - y1);
    const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const whole = mean(many.map((index) => area(drawBird(0, 'train', index, { size: 16, hidden: 0 }).box)));
    expect(whole).toBeGreaterThan(
      1.3 * mean(many.map((index) => area(drawScene(0, 'train', index, { size: 16 }).box))),
    );
    for (const index of many) {
      const { parts, box } = drawBird(0, 'train', index, { size: 16, hidden: 1 });
      expect(parts.some((pixel) => pixel >= 0)).toBe(true);
      expect(area(box)).toBeGreaterThan(0);
    }
  });
});

describe('leaves', () => {
  it('lie over each part as often as is asked for, and over three at most', () => {
    const counts = (hidden: number) => many.map((index) => Object.keys(planBird(0, 'train', index, hidden).leaves));
    expect(counts(0).flat()).toEqual([]);
    expect(new Set(counts(1).map(({ length }) => length))).toEqual(new Set([3]));
    for (const part of birdParts) {
      // 600 trials of 0.2 have a standard deviation of 1.6 %.
      const share = counts(0.2).filter((names) => names.includes(part)).length / many.length;
      expect(Math.abs(share - 0.2)).toBeLessThan(0.05);
    }
  });

  it('hide what they lie over', () => {
    const seen = (hidden: number, isCovered: boolean) =>
      many.flatMap((index) => {
        const plan = planBird(0, 'train', index, hidden);
        const { owners } = paintBird(plan, 24);
        return birdParts.flatMap((part, owner) =>
          part in plan.leaves === isCovered ? [owners.filter((pixel) => pixel === owner).length] : [],
        );
      });
    const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean(seen(0.3, true))).toBeLessThan(0.15 * mean(seen(0.3, false)));
  });
});

it('has every class equally often, in the colors of its species', () => {
  const labels = many.map((index) => drawBird(0, 'train', index, { size: 16 }).label);
  expect(birdSpecies.map((_, label) => labels.filter((one) => one === label).length)).toEqual(
    birdSpecies.map(() => 50),
  );
  for (const index of many) {
    const { parts } = planBird(0, 'train', index, 0.3);
    for (const part of birdParts) {
      const wanted = birdSpecies[index % 12]!.colors[part].rgb;
      for (const { rgb } of parts[part].surface.colors) expect(colorDistance(rgb, wanted)).toBeLessThan(0.4);
    }
  }
});

describe('what a person types', () => {
  const open = async (text: string) => (await openData(text)) as DataParts<LabeledImages<PixelsInMemory>>;

  it('numbers in the name choose the set', async () => {
    const { train, test } = await open('birds:size=16,train=24,test=5,seed=9,hidden=0.6');
    expect([train.length, train.height, test.length, train.classes.length]).toEqual([24, 16, 5, 12]);
    expect(train.images.subarray(0, 768)).toEqual(drawBird(9, 'train', 0, { size: 16 }).image);
    expect(test.images.subarray(0, 768)).toEqual(drawBird(9, 'test', 0, { size: 16, hidden: 0.6 }).image);
  });

  it('boxes and parts go with the images that are chosen or set aside', async () => {
    const { train, validation } = await open('birds:size=16,train=24,test=1,validationShare=0.25');
    expect(train.length + validation!.length).toBe(24);
    const { points } = await validation!.parts!();
    expect(points).toHaveLength(validation!.length);
    const chosen = select(train, Int32Array.of(3, 1));
    const [all, some] = [await train.parts!(), await chosen.parts!()];
    expect(some).toEqual({ names: all.names, points: [all.points[3], all.points[1]] });
    expect((await chosen.boxes!()).boxes[1]).toEqual((await train.boxes!()).boxes[1]);
  });

  it.each([
    ['birds:hiden=0.5', /unknown option 'hiden'; did you mean 'hidden'\?/],
    ['birds:hidden=2', /birds: expected hidden to be a number in 0\.\.1, got 2/],
    ['birds:size=8', /birds: expected size to be a whole number of at least 16, got 8/],
    ['bird', /did you mean 'birds'\?/],
  ])('%s is an error that says what was expected', async (text, message) => {
    await expect(openData(text)).rejects.toThrow(message);
  });
});
