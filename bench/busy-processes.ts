import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

// Ends by itself when the process that started it is gone: nobody wants it left behind.
const SPIN = 'const parent = process.ppid; while (process.ppid === parent);';

/** Runs `body` while one spinning process for each processor competes with it. */
export async function whileBusy<Result>(body: () => Promise<Result>): Promise<Result> {
  const spinning = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }),
  );
  try {
    return await body();
  } finally {
    for (const child of spinning) child.kill('SIGKILL');
  }
}
