import type { SuiteName } from '../evaluate/index.ts';
import { ProgressDisplay } from './progress-display.ts';

const display = new ProgressDisplay();

/** How far a suite is, on standard error. */
export const suiteProgress = {
  show(suite: SuiteName, done: number, of: number): void {
    display.work(`evaluating ${suite}`, done, of);
  },
  /** Removes the line. */
  close(): void {
    display.close();
  },
};
