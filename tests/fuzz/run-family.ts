/** Gives inputs to children, ends those that take too long or too much memory, and keeps what went wrong. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Job, Report } from './child.ts';
import { findFamily } from './families/index.ts';
import { kindOfFault } from './judge.ts';

export interface FuzzOptions {
  family: string;
  seed: number;
  /** At most so many. */
  inputs: number;
  /** Begin no input so many seconds after the first. Default: go on. */
  seconds?: number;
  /** Of the first input. Default 0. */
  from?: number;
  /** One input that an earlier call kept, instead of drawn ones. */
  replay?: string;
  /** Where inputs are kept that went wrong. */
  failures: string;
  /** An input takes longer: it hangs. Default 10. */
  secondsPerInput?: number;
  /** An input takes more: a failure. Default 1 GB, of which the engine itself is about a third. */
  bytesPerInput?: number;
  /** What children have in their environment besides. */
  env?: Readonly<Record<string, string>>;
}

export interface Failure {
  family: string;
  seed: number;
  index: number;
  /** What was wrong, in words. */
  about: string;
  stack?: string | undefined;
  /** The input, as `v8.serialize` writes it; `--replay` takes it. Only the first few of a kind are kept. */
  input?: string;
}

export interface FuzzResult {
  family: string;
  inputs: number;
  results: number;
  refused: number;
  failures: Failure[];
  seconds: number;
  peakBytes: number;
  slowestSeconds: number;
}

const child = fileURLToPath(new URL('./child.ts', import.meta.url));
const keptOfAKind = 3;
/** Starting takes a while where many run, and longer under a sanitizer. */
const secondsToStart = 120;

/** Fuzzes a family by as many children, one after the other, as it takes. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { family, inputs, seed, from = 0, seconds = Infinity } = options;
  const result: FuzzResult = { ...{ family, inputs: 0, results: 0, refused: 0, seconds: 0, peakBytes: 0 }, failures: [], slowestSeconds: 0 }; // biome-ignore format: a list
  const clock: Clock = { milliseconds: seconds * 1000 };
  const to = from + inputs;
  let next = from;
  while (next < to && !isOver(clock)) {
    const before = next;
    next = await runChild(options, { family, seed, from: next, to, replay: options.replay }, clock, result);
    if (next === before)
      throw new Error(`${family}: the child ended before its first input; run it by itself to see why`);
  }
  result.seconds = (performance.now() - (clock.start ?? 0)) / 1000;
  return result;
}

/** From the first input on: starting a child takes longer than many inputs. */
interface Clock {
  readonly milliseconds: number;
  start?: number;
}

const isOver = ({ start, milliseconds }: Clock): boolean =>
  start !== undefined && performance.now() - start > milliseconds;

/** @returns the first input that it did not finish with */
async function runChild(
  options: FuzzOptions,
  job: Omit<Job, 'folder'>,
  clock: Clock,
  result: FuzzResult,
): Promise<number> {
  const { secondsPerInput = 10, bytesPerInput = 1e9 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-fuzz-'));
  const process = start({ ...job, folder }, options);
  let [index, begun, isUnderWay] = [job.from, performance.now(), false];
  let [why, errors] = ['', ''];
  const stop = (reason: string) => {
    why ||= reason;
    process.kill('SIGKILL');
  };
  const watch = setInterval(() => {
    const taken = (performance.now() - begun) / 1000;
    // The first input may load the engine.
    const isFirst = index === job.from;
    if (taken > (isUnderWay && !isFirst ? secondsPerInput : secondsToStart))
      stop(`hangs: more than ${Math.floor(taken)} s`);
  }, 100);
  const keep = (about: string, stack?: string) => keepFailure(options, result, { ...job, index, about, stack }, folder);
  process.stderr!.on('data', (text: Buffer) => {
    errors = (errors + text.toString()).slice(-20_000);
  });
  const read = (line: string) => {
    const report = JSON.parse(line) as Report;
    if (report.outcome === undefined) {
      [index, begun, isUnderWay] = [report.index, performance.now(), true];
      clock.start ??= begun;
      return;
    }
    isUnderWay = false;
    const taken = (performance.now() - begun) / 1000;
    result.inputs++;
    result.peakBytes = Math.max(result.peakBytes, report.peak ?? 0);
    result.slowestSeconds = Math.max(result.slowestSeconds, taken);
    if (report.outcome === 'fault') keep(report.about!, report.stack);
    else if ((report.peak ?? 0) > bytesPerInput) keep(`takes ${Math.round(report.peak! / 1e6)} MB`);
    else result[report.outcome === 'result' ? 'results' : 'refused']++;
    [index, begun] = [report.index + 1, performance.now()];
    // What was taken may be kept, and would be counted for the next input too.
    if ((report.peak ?? 0) > bytesPerInput) stop('fresh');
    if (isOver(clock)) stop('time');
  };
  createInterface({ input: process.stdio[3] as Readable }).on('line', read);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    process.on('error', reject);
    process.on('close', (...how) => resolve(how));
  });
  clearInterval(watch);
  // One that was begun while the process was being ended is begun again, or never.
  if (!isUnderWay && why.startsWith('hangs')) throw new Error(`${job.family}: input ${index} took too long to make`);
  if (isUnderWay && why !== 'time' && why !== 'fresh') {
    result.inputs++;
    const how = why || `ended by ${signal ?? `status ${code}`}`;
    const about = /^(==\d+==ERROR: .*|.*runtime error: .*)$/m.exec(errors)?.[0] ?? how;
    result.slowestSeconds = Math.max(result.slowestSeconds, (performance.now() - begun) / 1000);
    keep(about, errors.slice(-6000));
    index++;
  } else if (why === '' && code !== 0 && index < job.to && index === job.from) {
    throw new Error(`${job.family}: the child ended with ${signal ?? code}:\n${errors}`);
  }
  rmSync(folder, { recursive: true, force: true });
  return index;
}

function start(job: Job, { env = {} }: FuzzOptions): ChildProcess {
  const own = findFamily(job.family).env;
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), child, JSON.stringify(job)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: '1', ...own, ...env },
  });
}

function keepFailure(
  { failures: folder }: FuzzOptions,
  result: FuzzResult,
  { family, seed, index, about, stack }: Omit<Failure, 'input'>,
  childFolder: string,
): void {
  const failure: Failure = { family, seed, index, about, ...(stack !== undefined && { stack }) };
  const kind = kindOfFault(about);
  if (result.failures.filter((other) => kindOfFault(other.about) === kind).length < keptOfAKind) {
    mkdirSync(folder, { recursive: true });
    failure.input = join(folder, `${family}-${seed}-${index}.bin`);
    copyFileSync(join(childFolder, 'current.bin'), failure.input);
    writeFileSync(join(folder, `${family}-${seed}-${index}.json`), `${JSON.stringify(failure, null, 2)}\n`);
  }
  result.failures.push(failure);
}
