import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { boolean, choice, DefinitionList, define, either, integer, listOf, option, text } from '../options/index.ts';
import { addSpecFlags, refuseRepeats, specValues } from './flags.ts';

const paints = new DefinitionList('paint', [
  define({ name: 'oil', description: 'slow', options: {}, make: () => 1 }),
  define({ name: 'water', description: 'quick', options: {}, make: () => 2 }),
]);

const specs = {
  coats: option(integer({ min: 1, max: 9 }), { default: 2, description: 'how many' }),
  brushWidth: option(integer({ min: 1 }), { description: 'in millimeters', otherwise: 'the widest' }),
  finish: option(choice(['matt', 'glossy']), { default: 'matt', description: 'how it shines' }),
  varnish: option(boolean, { default: true, description: 'over all' }),
  colors: option(listOf(text, 'names of colors'), { default: [], description: 'one or more' }),
  drying: option(either(choice(['sun', 'oven']), integer({ min: 1 })), { description: 'hours', otherwise: 'sun' }),
  label: option(text, { description: 'words', otherwise: 'none' }),
  paint: { description: 'what it is painted with', oneOf: paints, default: 'oil' },
  room: { description: 'where', section: { height: option(integer(), { default: 3, description: 'in meters' }) } },
};
// A list of texts is given by repeating the flag, as `mix` is: its schema says so.
const colors = { ...specs.colors, kind: { ...specs.colors.kind, schema: { anyOf: [text.schema, { type: 'array' }] } } };

function commandOf(options = {}): Command {
  const command = addSpecFlags(new Command('paint'), { ...specs, colors }, options)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, getOutHelpWidth: () => 200 });
  refuseRepeats(command);
  return command;
}

const parsed = (...words: string[]) => commandOf().parse(words, { from: 'user' }).opts();

describe('flags of specs', () => {
  it('have the name, the description, the choices and the default of their option, and none for mappings', () => {
    const help = commandOf().helpInformation();
    for (const line of [
      /--coats <n> +how many \(default: 2\)$/m,
      /--brush-width <n> +in millimeters \(default: the widest\)$/m,
      /--finish <matt\|glossy> +how it shines \(default: matt\)$/m,
      /--drying <sun\|oven\|n> +hours \(default: sun\)$/m,
      /--varnish, --no-varnish +over all \(default: true\)$/m,
      /--colors <text> +one or more \(default: none\)$/m,
      /--paint <name> +what it is painted with: oil, water; .* \(default: oil\)$/m,
    ])
      expect(help).toMatch(line);
    expect(help).not.toMatch(/room|height/);
    expect(commandOf({ defaults: false }).helpInformation()).not.toContain('default');
  });

  it('list what is added to a list while the program runs', () => {
    const more = new DefinitionList('paint', [...paints]);
    more.add(define({ name: 'chalk', description: 'dusty', options: {}, make: () => 3 }));
    const command = addSpecFlags(new Command(), { paint: { ...specs.paint, oneOf: more } });
    expect(command.helpInformation()).toContain('oil, water, chalk');
  });

  it('have no value unless one is given, so that defaults do not win over files', () => {
    expect(parsed()).toEqual({});
    expect(parsed('--no-varnish', '--coats', '3', '--paint', 'water', '--label', '5')).toEqual({
      varnish: false,
      coats: 3,
      paint: 'water',
      label: '5',
    });
  });

  it('are words or numbers where both may be', () => {
    expect([parsed('--drying', 'oven'), parsed('--drying', '2')]).toEqual([{ drying: 'oven' }, { drying: 2 }]);
  });

  it('are collected where they may be repeated, and else refused by name when they come twice', () => {
    expect(parsed('--colors', 'red', '--colors=blue').colors).toEqual(['red', 'blue']);
    expect(() => parsed('--coats', '1', '--coats', '1')).toThrow('--coats: expected once, got it twice');
    expect(() => parsed('--brush-width', '1', '--brush-width=2')).toThrow('--brush-width: expected once');
    expect(() => parsed('--varnish', '--no-varnish')).toThrow('--varnish: expected once');
  });
});

describe('values of flags', () => {
  it('are filled up with defaults', () => {
    expect(specValues(specs, parsed('--coats', '3'))).toMatchObject({ coats: 3, finish: 'matt', varnish: true });
  });

  it.each([
    [['--coats', 'ten'], '--coats: expected a whole number in 1..9, got "ten"'],
    [['--coats', ''], '--coats: expected a whole number in 1..9, got ""'],
    [['--coats', '10'], '--coats: expected a whole number in 1..9, got 10'],
    [['--brush-width', '0.5'], '--brush-width: expected a whole number of at least 1, got 0.5'],
    [['--finish', 'glosy'], "--finish: unknown value 'glosy'; did you mean 'glossy'? Valid: matt, glossy"],
    [['--paint', 'watr'], "--paint.name: unknown value 'watr'; did you mean 'water'? Valid: oil, water"],
  ])('%j is refused by the spec, under the name of the flag', (words, message) => {
    expect(() => specValues(specs, parsed(...words))).toThrow(message);
  });
});
