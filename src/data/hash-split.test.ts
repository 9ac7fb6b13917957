import { describe, expect, it } from 'vitest';
import { hashSplit } from './hash-split.ts';
import { dataset } from './own-dataset.ts';

const key = { share: 0.2, seed: 0, key: 'split' };

/** Pictures `0.jpg`, `1.jpg`, ... of each class, or those named, in a folder. */
function photos(names: Readonly<Record<string, readonly string[]>>, folder = '/photos') {
  const classes = Object.keys(names);
  const paths = classes.flatMap((name) => names[name]!.map((file) => `${folder}/${name}/${file}.jpg`));
  const labels = classes.flatMap((name, label) => names[name]!.map(() => label));
  return dataset({ pictures: paths, classes, labels, height: 8 });
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i));

const pathsOf = ({ pictures }: ReturnType<typeof photos>) => pictures.map(({ path }) => path);

const split = (set: ReturnType<typeof photos>, options = {}, where = '/photos') => {
  const { rest, aside } = hashSplit(where, set, { ...key, ...options });
  return { rest: pathsOf(rest), aside: pathsOf(aside) };
};

describe('a share by names', () => {
  it('loses no picture and takes about the share: within four standard deviations of 20,000 draws', () => {
    const set = photos({ a: numbered(10_000), b: numbered(10_000) });
    const { rest, aside } = split(set);
    expect(new Set([...rest, ...aside])).toEqual(new Set(pathsOf(set)));
    expect(rest.length + aside.length).toBe(20_000);
    expect(Math.abs(aside.length - 4000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.2 * 0.8));
  });

  it('leaves every other picture where it is when one is added or removed', () => {
    const before = split(photos({ a: numbered(40), b: numbered(40) }));
    const added = split(photos({ a: ['new', ...numbered(40)], b: [...numbered(40), 'other'] }));
    const old = (paths: string[]) => paths.filter((path) => !/new|other/.test(path));
    expect(old(added.aside)).toEqual(before.aside);
    expect(old(added.rest)).toEqual(before.rest);
    const less = split(photos({ a: numbered(39), b: numbered(40) }));
    expect(less.aside).toEqual(before.aside.filter((path) => path !== '/photos/a/39.jpg'));
  });

  it('does not depend on where the folder is', () => {
    const names = { a: numbered(20), b: numbered(20) };
    const moved = split(photos(names, '/elsewhere/photos'), {}, '/elsewhere/photos');
    expect(moved.aside.map((path) => path.replace('/elsewhere', ''))).toEqual(split(photos(names)).aside);
  });

  it('gives each side one at least of a class with two, and leaves a single one', () => {
    for (const seed of numbered(50).map(Number)) {
      const { rest, aside } = split(photos({ a: ['1', '2'], b: ['1'] }), { seed });
      expect([rest.length, aside.length]).toEqual([2, 1]);
      expect(rest).toContain('/photos/b/1.jpg');
    }
  });

  it('is another for another seed and for another purpose', () => {
    const set = photos({ a: numbered(40), b: numbered(40) });
    expect(split(set, { seed: 1 }).aside).not.toEqual(split(set).aside);
    expect(split(set, { key: 'validation' }).aside).not.toEqual(split(set).aside);
  });

  it('needs a class with a picture to spare', () => {
    expect(() => split(photos({ a: ['1'], b: ['1'] }))).toThrow('/photos: expected a class with two pictures or more');
  });
});
