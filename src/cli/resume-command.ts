import type { Command } from 'commander';
import { runSpecs } from './evaluate-command.ts';
import { addSpecFlags, specValues } from './flags.ts';

interface ResumeFlags {
  checkpoint?: string;
  epochs?: number;
  data?: string;
  acceptChangedData?: boolean;
  allowSkipped?: boolean;
  json?: boolean;
}

export async function setUp(command: Command): Promise<void> {
  const { allowSkipped } = await runSpecs();
  const { epochs } = (await import('../config/config.ts')).trainOptions;
  const specs = {
    allowSkipped,
    epochs: { ...epochs, description: 'epochs in all, to go on beyond the end', otherwise: 'as planned' },
  };
  addSpecFlags(command, specs)
    .argument('<run>', 'the run folder')
    .option('--checkpoint <name>', 'best, last, or a name as in step-00001234; later ones are removed (default: last)')
    .option(
      '--data <text>',
      'where the data is now, if it was moved; options behind a colon stay (default: where it was)',
    )
    .option('--accept-changed-data', 'go on although pictures were added, removed, relabeled or edited since')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (run: string, { json, ...flags }: ResumeFlags) => {
      const { allowSkipped, epochs } = specValues(specs, { allowSkipped: flags.allowSkipped, epochs: flags.epochs });
      const { resume } = await import('../config/index.ts');
      const { runTraining } = await import('./run-training.ts');
      await runTraining({ json }, (listener, signal) =>
        resume(run, { listener, signal, ...flags, allowSkipped, epochs }),
      );
    });
}
