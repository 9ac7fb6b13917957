import { errorCode } from '../files/index.ts';

/** A reader that has seen enough, as in `patchwork doctor | head`, or a terminal that was closed. */
const readerGone: readonly unknown[] = ['EPIPE', 'EIO'];

/**
 * Makes output that cannot be written cost nothing but itself: hours of training do not end because nobody reads their
 * progress. Results that were to be kept and could not be, as on a full disk, are said and set the exit status to 1.
 */
export function surviveLostOutput(): void {
  let said = false;
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error) => {
    if (readerGone.includes(errorCode(error)) || said) return;
    said = true;
    process.exitCode ||= 1;
    process.stderr.write(`patchwork: standard output: expected to be written, got ${errorCode(error)}\n`);
  });
}
