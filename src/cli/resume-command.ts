import type { Command } from 'commander';
import type { CommandFile } from './flags.ts';

interface ResumeFlags {
  checkpoint?: string;
  json?: boolean;
}

export const resumeCommand: CommandFile = {
  name: 'resume',
  description: 'Go on with a training that was stopped or killed, to the same bytes as if it had not been.',
  setUp(command: Command) {
    command
      .argument('<run>', 'the run folder')
      .option(
        '--checkpoint <name>',
        'best, last, or a name as in step-00001234; later ones are removed (default: last)',
      )
      .option('--json', 'print the result as JSON on standard output')
      .action(async (run: string, { checkpoint, json }: ResumeFlags) => {
        const { resume } = await import('../config/index.ts');
        const { runTraining } = await import('./run-training.ts');
        await runTraining({ json }, (listener, signal) => resume(run, { listener, signal, checkpoint }));
      });
  },
};
