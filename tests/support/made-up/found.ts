/** Prints, as JSON, what every place that is made from the lists says of the things that were made up. */
import './index.js';
import { configSchema, parseConfig } from 'patchwork/config';
import { dataSets, openData } from 'patchwork/data';
import { suites } from 'patchwork/evaluate';
import { mixingMethods } from 'patchwork/mix';
import { networks } from 'patchwork/models';
import { regularizers } from 'patchwork/nn';
import { optimizers, schedules } from 'patchwork/optim';
import { describeOptions, optionsTable } from 'patchwork/options';
import { compareRows } from 'patchwork/recipes';

const lists = {
  'left-part': mixingMethods,
  'one-layer': networks,
  stripes: dataSets,
  'feature-noise': regularizers,
  'sign-descent': optimizers,
  stairs: schedules,
  brightness: suites,
};

/** As it is mistyped: without its second letter. */
const mistyped = (name: string) => name[0] + name.slice(2);

async function sentenceOf(body: () => unknown): Promise<string> {
  try {
    return JSON.stringify(await body());
  } catch (error) {
    return (error as Error).message;
  }
}

const found = Object.entries(lists).map(async ([name, list]) => {
  const { description, options } = list.get(name);
  const texts = { help: describeOptions(options), table: optionsTable(options) };
  return [name, { description, ...texts, suggestion: await sentenceOf(() => list.get(mistyped(name))) }] as const;
});

const typed = {
  mix: () => parseConfig({ mix: mistyped('left-part') }),
  option: () => parseConfig({ mix: 'left-part:shar=0.5' }),
  regularize: () => parseConfig({ regularize: mistyped('feature-noise') }),
  optimizer: () => parseConfig({ optimizer: { name: mistyped('sign-descent') } }),
  schedule: () => parseConfig({ schedule: mistyped('stairs') }),
  data: () => openData(mistyped('stripes')),
  compare: () => compareRows([mistyped('left-part')], parseConfig({})),
  compareRegularizer: () => compareRows([mistyped('feature-noise')], parseConfig({})),
};
const sentences = Object.entries(typed).map(async ([where, body]) => [where, await sentenceOf(body)] as const);

const rows = compareRows(['baseline', 'left-part:share=0.25', 'feature-noise'], parseConfig({}));
process.stdout.write(
  JSON.stringify({
    schema: configSchema(),
    found: Object.fromEntries(await Promise.all(found)),
    sentences: Object.fromEntries(await Promise.all(sentences)),
    rows: rows.map(({ row, config: { mix, regularize } }) => ({ row, mix, regularize })),
  }),
);
