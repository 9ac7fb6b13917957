import type { SuiteName } from '../evaluate/index.ts';

/** How far a suite is, as one line on standard error that is redrawn; nothing where that is no terminal. */
export const suiteProgress = {
  show(suite: SuiteName, done: number, of: number): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kevaluating ${suite} ${done}/${of}`);
  },
  /** Removes the line. */
  close(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  },
};
