/** Which part of a data set the name of a folder or shard speaks of. */
import type { Part } from '../dataset.ts';

const words: Readonly<Record<Part, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['val', 'valid', 'validation'],
  test: ['test', 'testing'],
};

/** The part that a whole name stands for, in any case: of `Train`, `training` and so on. */
export function partCalled(name: string): Part | undefined {
  const word = name.toLowerCase();
  return (Object.keys(words) as Part[]).find((part) => words[part].includes(word));
}

/** The parts that the words of a name speak of, in any case: of `imagenet1k-val-000.tar`, validation. */
export function partsNamed(name: string): Set<Part> {
  const parts = name.split(/[^a-z]+/i).map(partCalled);
  return new Set(parts.filter((part) => part !== undefined));
}

/** Names for sentences, as in `val, valid or validation`. */
export function namesOf(part: Part): string {
  return words[part].join(' or ');
}
