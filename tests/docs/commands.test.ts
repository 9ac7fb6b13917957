/** Every command line in the pages is one that the program takes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, trainOptions } from '../../src/config/index.ts';
import { parseOodSets } from '../../src/data/index.ts';
import { parseSuites, suites } from '../../src/evaluate/index.ts';
import { parseMix } from '../../src/mix/index.ts';
import { resolveOptions, splitMethods } from '../../src/options/index.ts';
import { compareRows, findRows, findTable } from '../../src/recipes/index.ts';
import { packageRoot } from '../support/command-line.ts';
import { smallConfig } from '../support/small-training.ts';
import { commandsOf, pages } from './pages.ts';
import { patchworkIn } from './readers-project.ts';

const commands = pages.flatMap(commandsOf);

/** A command line taken apart. Flags of one name are in one list. */
function takenApart([...words]: readonly string[]): { name: string; operands: string[]; flags: Map<string, string[]> } {
  const flags = new Map<string, string[]>();
  const operands: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) operands.push(word);
    else {
      const value = words[0]?.startsWith('-') ? undefined : words.shift();
      flags.set(word, [...(flags.get(word) ?? []), ...(value === undefined ? [] : [value])]);
    }
  }
  const [name = '', ...rest] = operands;
  return { name, operands: rest, flags };
}

const isOwn = (words: readonly string[]) => words.includes('--import');

let help: Map<string, string>;
beforeAll(async () => {
  const names = [...new Set(commands.map(({ words }) => takenApart(words).name))].filter((name) =>
    /^[a-z]+$/.test(name),
  );
  const texts = await Promise.all(
    names.map(async (name) => [name, (await patchworkIn(packageRoot, [name, '--help'])).output] as const),
  );
  help = new Map(texts);
});

/** What the values of flags must be, besides keys of the configuration. */
const checks: Readonly<Record<string, (value: string, operands: readonly string[]) => unknown>> = {
  '--suite': (value) =>
    parseSuites(value).map(({ name, options = {} }) => resolveOptions(name, suites.get(name).options, options)),
  '--ood-sets': (value) => parseOodSets(value),
  '--method': (value) => splitMethods(value).map((text) => parseMix(text)),
  '--methods': (value) => compareRows(splitMethods(value), smallConfig({ mix: 'none' })),
  '--rows': (value, [table = '']) => findRows(findTable(table), value.split(',')),
};

/** The keys of the configuration among flags: as texts, and lists where a flag is given several times. */
function configFlags(flags: ReadonlyMap<string, readonly string[]>): Record<string, unknown> {
  const keys = [...flags].map(([flag, values]) => {
    const key = flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const typed = values.map((value) => (Number.isNaN(Number(value)) ? value : Number(value)));
    return [key, typed.length === 1 ? typed[0] : typed] as const;
  });
  return Object.fromEntries(keys.filter(([key]) => Object.hasOwn(trainOptions, key)));
}

describe('command lines in the pages', () => {
  it('are many', () => {
    expect(commands.length).toBeGreaterThan(40);
  });

  it.each(commands.map(({ place, words }) => [place, words] as const))('%s', (_, words) => {
    const { name, operands, flags } = takenApart(words);
    if (/^[A-Z]+$/.test(name) || name === '') return;
    const text = help.get(name);
    expect(text).toContain(`Usage: patchwork ${name} `);
    const known: readonly string[] = text!.match(/--[a-z-]+/g) ?? [];
    expect([...flags.keys()].filter((flag) => !known.includes(flag))).toEqual([]);
    // What a module of one's own adds is not known here; docs/extending.md has a test of its own.
    if (isOwn(words)) return;
    for (const [flag, values] of flags) for (const value of values) checks[flag]?.(value, operands);
    loadConfig({ flags: configFlags(flags), set: flags.get('--set') ?? [] });
  });
});
