/** The flags that `compare` and `reproduce` share. */
import type { Command } from 'commander';
import { mostSeeds } from '../experiments/results.ts';
import { integer, option } from '../options/index.ts';
import { addSpecFlags, type SpecFlagOptions, specValues } from './flags.ts';
import { addSuiteFlags, type SuiteFlags } from './suite-flags.ts';
import { addConfigFlags } from './train-command.ts';

export interface ExperimentFlags extends SuiteFlags {
  seeds?: number;
  out?: string;
  config?: string;
  set?: string[];
  [configKey: string]: unknown;
}

const seedsSpecs = {
  seeds: option(integer({ min: 1, guard: mostSeeds }), {
    default: 3,
    description: 'trainings of each row, with seeds 0, 1, ...',
  }),
};

/** What rows and seeds differ in. */
const decided: readonly string[] = ['mix', 'regularize', 'labelSmoothing', 'seed'];

/** Adds them, and a flag for each key of the configuration that all rows share. */
export async function addExperimentFlags(command: Command, options: SpecFlagOptions = {}): Promise<void> {
  const { trainOptions } = await import('../config/config.ts');
  addSpecFlags(command, seedsSpecs).option(
    '--out <dir>',
    'the folder of all runs and results (default: one in runs/ named after what is asked)',
  );
  await addSuiteFlags(command, 'none');
  const shared = Object.entries(trainOptions).filter(([key]) => !decided.includes(key));
  addConfigFlags(command.optionsGroup('Training, every row:'), Object.fromEntries(shared), options);
}

/** @throws where it is no number of seeds */
export const seedsOf = (seeds: number | undefined): number => specValues(seedsSpecs, { seeds }).seeds;

/** `runs/compare-cifar-100-binary`: the same for the same words, so that the same command goes on where it stopped. */
export function defaultFolder(...words: string[]): string {
  return `runs/${words.join('-').replace(/[^\w.+-]+/g, '_')}`;
}
