import type { Command } from 'commander';
import { numberArgument, repeatable } from './arguments.ts';
import { addSuiteFlags, type SuiteFlags } from './suite-flags.ts';

export interface ExperimentFlags extends SuiteFlags {
  seeds: number;
  out?: string;
  set?: string[];
  [configKey: string]: unknown;
}

/** Adds the flags that `compare` and `reproduce` share. */
export function addExperimentFlags(command: Command): Command {
  command
    .option('--seeds <n>', 'trainings of each row, with seeds 0, 1, ...', numberArgument, 3)
    .option('--model <name>', "the network, as of 'train'")
    .option('--epochs <n>', 'times over the training images', numberArgument)
    .option('--batch-size <n>', 'images a step', numberArgument)
    .option('--limit-train <n>', 'only the first n images of a seeded shuffle', numberArgument)
    .option('--threads <n>', "the engine's threads (default: the physical cores)", numberArgument)
    .option('--workers <n>', 'threads that prepare batches (default: 1)', numberArgument)
    .option('--set <key=value>', "any key of 'train', for every row; repeatable, wins over all", repeatable)
    .option('--out <dir>', 'the folder of all runs and results (default: one in runs/ named after what is asked)');
  return addSuiteFlags(command, 'none');
}

/** `runs/compare-cifar-100-binary`: the same for the same words, so that the same command goes on where it stopped. */
export function defaultFolder(...words: string[]): string {
  return `runs/${words.join('-').replace(/[^\w.+-]+/g, '_')}`;
}
