/**
 * Runs inputs of one family, one after the other, and says on the third pipe what came of each: a line before it is begun
 * and one behind. The parent (`run-family.ts`) watches the time, and knows what a process did that is no more.
 *
 * `node --import tsx tests/fuzz/child.ts JOB`, a JSON text of `Job`.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { stream } from '../../src/random/index.ts';
import { findFamily } from './families/index.ts';
import { faultOf } from './judge.ts';

export interface Job {
  family: string;
  seed: number;
  /** The inputs from here on, until the parent ends the process; or the one that a file holds. */
  from: number;
  to: number;
  replay?: string | undefined;
  /** An empty folder. The input under way is in it, as `current.bin`. */
  folder: string;
}

/** What is said of an input: nothing yet, or what came of it. */
export interface Report {
  index: number;
  outcome?: 'result' | 'refused' | 'fault';
  about?: string;
  stack?: string | undefined;
  /** The most memory that the process held, in bytes, since the input was begun. */
  peak?: number;
}

const job = JSON.parse(process.argv[2]!) as Job;
const say = (report: Report) => writeSync(3, `${JSON.stringify(report)}\n`);

/** The kernel counts the most that was resident; 5 makes it begin anew. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not allowed everywhere: the peak is then that of the process.
  }
}

function peakBytes(): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

let index = job.from;
const fault = (error: unknown, how: string): Report => ({
  index,
  outcome: 'fault',
  about: how,
  stack: error instanceof Error ? error.stack?.slice(0, 2000) : undefined,
  peak: peakBytes(),
});

// What nobody waits for ends a program as surely as what is thrown.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    say(fault(error, `${event}: ${faultOf(error) ?? String(error).slice(0, 160)}`));
    process.exit(1);
  });
}

const target = await findFamily(job.family).open(job.folder);
const current = join(job.folder, 'current.bin');
for (; index < job.to; index++) {
  const random = stream(job.seed, 'fuzz', job.family, index);
  // Of an error in here the fuzzer is at fault: it ends it.
  const bytes = job.replay === undefined ? serialize(target.make(random)) : readFileSync(job.replay);
  writeFileSync(current, bytes);
  say({ index });
  forgetPeak();
  let report: Report;
  try {
    await target.run(deserialize(bytes));
    report = { index, outcome: 'result', peak: peakBytes() };
  } catch (error) {
    const found = faultOf(error);
    const about = error instanceof Error ? error.message.split('\n')[0]!.slice(0, 200) : String(error);
    report = found === undefined ? { index, outcome: 'refused', about, peak: peakBytes() } : fault(error, found);
  }
  // Rejections of promises that nobody waits for come before the next input is begun.
  await new Promise((resolve) => setImmediate(resolve));
  say(report);
}
// Threads and files that an input left open must not hold the process.
process.exit(0);
