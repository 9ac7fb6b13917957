import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { writeFile } from '../../../tests/support/pictures.ts';
import { temporaryFolder } from '../../../tests/support/small-training.ts';
import { dataName, isPartOf, parseOodSets } from './ood-text.ts';
import { oodContents, oodLocation } from './open-ood.ts';

it('a comma ends a set, except before a further option of it', () => {
  expect(parseOodSets('uniform:images=10,seed=1,gaussian')).toEqual(['uniform:images=10,seed=1', 'gaussian']);
  expect(parseOodSets('a/b:fit=window, a/b:fit=stretch')).toEqual(['a/b:fit=window', 'a/b:fit=stretch']);
  expect(() => parseOodSets('uniform,,gaussian')).toThrow(/joined by commas/);
});

it('a path with commas can be named alone', () => {
  const path = join(temporaryFolder(), 'cats,dogs');
  writeFile(join(path, 'a.txt'), '');
  expect(parseOodSets(path)).toEqual([path]);
});

it('tables name a path by the last part that is more than a part', () => {
  expect(dataName('x/tiny-imagenet-200/val/images')).toBe('tiny-imagenet-200');
  expect(dataName('x/LSUN/')).toBe('LSUN');
  expect(dataName('x/mnist/t10k-images-idx3-ubyte.gz')).toBe('mnist');
  expect(dataName('x/dtd32/textures.bin')).toBe('textures');
});

it('the same data and what is inside of it are told whatever the options, others not', () => {
  const folder = temporaryFolder();
  writeFile(join(folder, 'photos', 'val', 'a.txt'), '');
  writeFile(join(folder, 'photos-2', 'a.txt'), '');
  const photos = join(folder, 'photos');
  expect(isPartOf(`${photos}/:fit=window`, `${photos}:size=64`)).toBe(true);
  expect(isPartOf(join(photos, 'val'), photos)).toBe(true);
  expect(isPartOf(photos, join(photos, 'val'))).toBe(false);
  expect(isPartOf(`${photos}-2`, photos)).toBe(false);
  expect(isPartOf('shapes:seed=1', 'shapes')).toBe(true);
  expect(isPartOf('uniform', '.')).toBe(false);
});

it('the location of a set is the same from any folder, and its contents change with its files', () => {
  const folder = join(temporaryFolder(), 'photos');
  writeFile(join(folder, 'a.png'), 'one');
  const location = oodLocation(`${relative(process.cwd(), folder)}:fit=window`);
  expect(location).toBe(`${folder}:fit=window`);
  for (const drawn of ['uniform', 'gaussian:images=3', 'shapes:size=16']) {
    expect([oodLocation(drawn), oodContents(drawn)]).toEqual([drawn, '']);
  }
  const before = oodContents(location);
  expect(oodContents(folder)).toBe(before);
  writeFile(join(folder, 'a.png'), 'another');
  const after = oodContents(location);
  expect(after).not.toBe(before);
  writeFile(join(folder, 'b.png'), '');
  expect(oodContents(location)).not.toBe(after);
});
