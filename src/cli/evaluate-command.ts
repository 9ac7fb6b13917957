import type { Command } from 'commander';

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description("Measure a run's network on the test images.")
    .argument('<run>', 'the run folder')
    .option('--checkpoint <name>', 'last, best, or a name as in step-00001234', 'last')
    .option('--data <path>', 'other data with the same classes (default: what it was trained on)')
    .option('--json', 'print top1Error, top5Error, calibrationError (fractions), valLoss and badImages as JSON')
    .action(async (run: string, { checkpoint, data, json }: { checkpoint: string; data?: string; json?: boolean }) => {
      const { evaluateAccuracy } = await import('../evaluate/index.ts');
      const live = process.stderr.isTTY;
      const result = await evaluateAccuracy(run, {
        checkpoint,
        ...(data === undefined ? {} : { data }),
        onBatch: (done, batches) => live && process.stderr.write(`\r\x1b[Kevaluating ${done}/${batches}`),
      });
      if (live) process.stderr.write('\r\x1b[K');
      const percent = (fraction: number) => `${(100 * fraction).toFixed(2)} %`;
      process.stdout.write(
        json
          ? `${JSON.stringify(result)}\n`
          : `${run}, checkpoint ${result.checkpoint}, ${result.images} test images${leftOut(result.badImages.length)}\n` +
              `top-1 error ${percent(result.top1Error)}\ntop-5 error ${percent(result.top5Error)}\n` +
              `calibration error ${percent(result.calibrationError)}\nloss ${result.valLoss.toFixed(4)}\n`,
      );
    });
}

function leftOut(bad: number): string {
  return bad === 0 ? '' : `, without ${bad} that cannot be decoded`;
}
