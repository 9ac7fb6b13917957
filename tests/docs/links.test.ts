import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { strata } from '../architecture/strata.ts';
import { packageRoot } from '../support/command-line.ts';
import { pageAt, pages } from './pages.ts';

it.each(pages.map(({ path, text }) => [path, text]))('%s points only at files that are there', (path, text) => {
  const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => join(dirname(path), link!));
  expect(links.filter((link) => !existsSync(join(packageRoot, link)))).toEqual([]);
  const named = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|mts|py|cc|h|md))`/g)].map(([, name]) => name!);
  const places = (name: string) => [join(packageRoot, name), join(packageRoot, 'src', name)];
  expect(named.filter((name) => !places(name).some((place) => existsSync(place)))).toEqual([]);
});

it('every page of docs/ is pointed at by another', () => {
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)#:]+\.md)\)/g)].map(([, link]) => join(dirname(path), link!)),
  );
  expect(pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !links.includes(path))).toEqual([]);
});

it('the house in docs/architecture.md is the one that imports are checked by', () => {
  const rows = [...pageAt('docs/architecture.md').text.matchAll(/^\| `(\w+)\/` \|/gm)].map(([, folder]) => folder!);
  expect(rows).toEqual(strata.filter((folder) => existsSync(join(packageRoot, 'src', folder))));
});

it('the README is short', () => {
  expect(pageAt('README.md').text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

/** Words of another spelling, and words that are not the field's. */
const others = [
  /\b\w*(?:colour|centre|favour|neighbour|behaviour)\w*/gi,
  /\b(?:normalis|localis|regularis|generalis|optimis|organis|recognis|initialis|summaris|visualis)\w*/gi,
  /\b(?:labelled|modelled|cancelled|grey|whilst|catalogue)\b/gi,
  /\b(?:true box|unknown set|unknown image|classifierFactor|--unknown\b|--epsilon\b|--cam\b)\w*/gi,
];

it.each(pages.map(({ path, text }) => [path, text]))(
  '%s is in American spelling and says things by their names',
  (_, text) => {
    expect(others.flatMap((word) => text.match(word) ?? [])).toEqual([]);
  },
);
