import { expect, test } from 'vitest';
import { DefinitionList, define } from './definitions.ts';
import { choice, integer, listOf, number } from './kinds.ts';
import { option } from './options.ts';
import { definitionTables, optionsTable, sectionsTable } from './tables.ts';

const share = option(number({ min: 0, max: 1 }), { default: 0.5, description: 'of the width' });
const boxes = { box: option(choice(['whole', 'half']), { description: 'what is cut', otherwise: 'drawn' }) };
const seen = (name: string, options: Record<string, typeof share | (typeof boxes)['box']>) =>
  define({ name, description: `what ${name} does`, options, make: () => name });

test('options are told by name, values, default and meaning; a bar in a text does not end its cell', () => {
  const lists = {
    at: option(listOf(integer(), 'a list, as in 1|2'), { default: [1, 2] as const, description: 'where' }),
  };
  expect(optionsTable({ share, ...boxes, ...lists })).toBe(
    [
      '| option | values | default | |',
      '| --- | --- | --- | --- |',
      '| `share` | a number in 0..1 | 0.5 | of the width |',
      '| `box` | one of whole, half | drawn | what is cut |',
      '| `at` | a list, as in 1\\|2 | 1/2 | where |',
    ].join('\n'),
  );
});

test('an option that several members have alike has one row, another by the same name one of its own', () => {
  const other = { ...share, default: 0.25 };
  const list = [seen('one', { share }), seen('two', { share: other, ...boxes }), seen('three', { share })];
  expect(definitionTables('method', list)).toBe(
    [
      '| method | what it is |',
      '| --- | --- |',
      '| `one` | what one does |',
      '| `two` | what two does |',
      '| `three` | what three does |',
      '',
      '| option | of | values | default | |',
      '| --- | --- | --- | --- | --- |',
      '| `share` | `one`, `three` | a number in 0..1 | 0.5 | of the width |',
      '| `share` | `two` | a number in 0..1 | 0.25 | of the width |',
      '| `box` | `two` | one of whole, half | drawn | what is cut |',
    ].join('\n'),
  );
  expect(definitionTables('method', [list[0]!, list[2]!])).toContain('| `share` | all | a number');
  expect(definitionTables('method', [seen('none', {})])).toBe(
    '| method | what it is |\n| --- | --- |\n| `none` | what none does |',
  );
});

test('of things that are recognized it is said how they are typed', () => {
  const table = definitionTables('data', [{ ...seen('folder', {}), example: 'photos:size=64' }]);
  expect(table).toContain('| `folder` | what folder does | `photos:size=64` |');
});

test('keys of a mapping have its name before them, things of a list are named', () => {
  const list = new DefinitionList('optimizer', [seen('sgd', { share }), seen('adam', {})]);
  const table = sectionsTable({
    share,
    augment: { description: 'how images vary', section: boxes },
    optimizer: { description: 'how weights move', oneOf: list, default: 'sgd' },
  });
  expect(table.split('\n').slice(2)).toEqual([
    '| `share` | a number in 0..1 | 0.5 | of the width |',
    '| `augment.box` | one of whole, half | drawn | what is cut |',
    '| `optimizer` | one of sgd, adam, with its options | sgd | how weights move |',
  ]);
});
