import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { FullDiskError, isFullDisk, readRegularFile, writeFileAtomically, writeFully } from '../files/index.ts';

/** Lines of `metrics.jsonl`. Errors are fractions, steps and epochs count from 1 over the whole run. */
export type MetricsRecord = StepRecord | EpochRecord | TestRecord;

export interface StepRecord {
  kind: 'step';
  step: number;
  epoch: number;
  loss: number;
  learningRate: number;
  /** What else the task watches: means over the batch. */
  terms?: Readonly<Record<string, number>>;
}

/** Scores of a task by name; in the file they stand beside the other numbers: `"top1Error":0.25`. */
export interface ScoredRecord {
  scores: Readonly<Record<string, number>>;
}

/** Closes an epoch. */
export interface EpochRecord extends ScoredRecord {
  kind: 'epoch';
  step: number;
  epoch: number;
  trainLoss: number;
  imagesPerSecond: number;
  /** Share of the time in which training waited for data, 0 .. 1. */
  dataWait?: number;
  /** Of the epoch's last step. */
  learningRate?: number;
  /** What else the task watches: means over the epoch's images. */
  terms?: Readonly<Record<string, number>>;
}

/** The test part, measured once, after training. */
export interface TestRecord extends ScoredRecord {
  kind: 'test';
  step: number;
  /** Whose weights were measured: the best epoch's, chosen on the validation part. */
  epoch: number;
}

/** Names that a score cannot have, since the record has them. */
const ownNames = [
  ...['format', 'kind', 'step', 'epoch', 'loss', 'trainLoss', 'imagesPerSecond', 'dataWait', 'learningRate', 'terms'],
  ...['nonFinite', 'scores'],
];

/** Whether a score can have this name in the log. */
export function isScoreName(name: string): boolean {
  return !ownNames.includes(name);
}

/** The version of the file, its first line: `{"format":1}`. */
const format = 1;

/** How far a checkpoint is: the steps done and the epochs closed. A checkpoint within an epoch has closed fewer. */
export interface RunPosition {
  step: number;
  epochsClosed: number;
  /** Whether training ended there: what the test part gave then is of this network. */
  isFinished: boolean;
}

/**
 * Appends to `metrics.jsonl`: one write a line, so that a reader sees whole lines, and a sync at the end of each epoch.
 * NaN and infinities, which JSON does not have, become null and are named in a `nonFinite` field of the line, from which
 * `readMetrics` restores them.
 */
export class MetricsLog {
  readonly #path: string;
  readonly #file: number;

  /** Opens the log, and cuts off a last line that a killed process left unfinished. */
  constructor(path: string) {
    this.#path = path;
    const bytes = existsSync(path) ? readLog(path) : Buffer.alloc(0);
    this.#file = openSync(path, 'a+');
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) ftruncateSync(this.#file, whole);
    if (whole === 0) this.#write(formatLine, false);
  }

  /** @throws FullDiskError where the disk is full; the log then ends with the line before */
  append(record: MetricsRecord): void {
    this.#write(recordLine(record), record.kind !== 'step');
  }

  #write(line: string, sync: boolean): void {
    const { size } = fstatSync(this.#file);
    try {
      writeFully(this.#file, Buffer.from(line));
      if (sync) fsyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, size);
      throw isFullDisk(error) ? new FullDiskError(this.#path, error) : error;
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * All records of a log, none where there is no file yet. Blank lines, a byte order mark and line ends of other systems,
 * as editors leave them, are passed over. A last line that is not whole is left out: its writer was killed, or is still
 * writing it.
 *
 * @throws where any other line is not a record, naming the file and the line
 */
export function readMetrics(path: string): MetricsRecord[] {
  return readLines(path).map(({ record }) => record);
}

function readLines(path: string): { text: string; record: MetricsRecord }[] {
  if (!existsSync(path)) return [];
  const all = readLog(path)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n');
  const lines = all.map((line, index) => ({ text: line.trim(), number: index + 1, isLast: index === all.length - 1 }));
  const [first, ...records] = lines.filter(({ text }) => text !== '');
  if (first === undefined || (first.isLast && !isWhole(first.text))) return [];
  checkFormat(path, first);
  return records.flatMap(({ text, number, isLast }) => {
    try {
      return [{ text, record: parseRecord(text) }];
    } catch (error) {
      // No line end follows the last: it is not whole.
      if (isLast) return [];
      throw new Error(`${path}:${number}: expected a metrics record, got ${text.slice(0, 60)}`, { cause: error });
    }
  });
}

/**
 * Drops the records that lie beyond a checkpoint, so that a resumed run does not write them twice, and what is no record.
 * The file is rewritten whole or not at all; call it before a `MetricsLog` is opened.
 */
export function truncateMetrics(path: string, { step, epochsClosed, isFinished }: RunPosition): void {
  if (!existsSync(path)) return;
  const kept = readLines(path).filter(({ record }) => {
    if (record.kind === 'test' && !isFinished) return false;
    return record.kind === 'epoch' ? record.epoch <= epochsClosed : record.step <= step;
  });
  const bytes = Buffer.from(formatLine + kept.map(({ text }) => `${text}\n`).join(''));
  if (!readLog(path).equals(bytes)) writeFileAtomically(path, [bytes]);
}

/** In bytes: as long as a text can be, many millions of lines. */
const largestLog = 500_000_000;

const readLog = (path: string): Buffer => readRegularFile(path, { expected: 'a log of metrics', atMost: largestLog });

const formatLine = `${JSON.stringify({ format })}\n`;

const isWhole = (line: string): boolean => `${line}\n` === formatLine;

function checkFormat(path: string, { text, number }: { text: string; number: number }): void {
  if (isWhole(text)) return;
  throw new Error(
    `${path}:${number}: expected ${formatLine.trim()}, got ${text.slice(0, 60)}; the run was made by another version of Patchwork: ` +
      'train again, or read it with that one',
  );
}

function recordLine(record: MetricsRecord): string {
  const { scores, ...own } = { scores: {}, ...record };
  const flat = { ...own, ...scores };
  const nonFinite: Record<string, string> = {};
  for (const [name, value] of Object.entries(flat)) {
    if (typeof value === 'number' && !Number.isFinite(value)) nonFinite[name] = String(value);
  }
  const marked = Object.keys(nonFinite).length > 0 ? { ...flat, nonFinite } : flat;
  return `${JSON.stringify(marked)}\n`;
}

const kinds: readonly unknown[] = ['step', 'epoch', 'test'] satisfies MetricsRecord['kind'][];

function parseRecord(line: string): MetricsRecord {
  const { nonFinite = {}, ...flat } = JSON.parse(line) as Record<string, unknown> & {
    nonFinite?: Record<string, string>;
  };
  if (!kinds.includes(flat.kind)) throw new Error("expected kind 'step', 'epoch' or 'test'");
  for (const [name, text] of Object.entries(nonFinite)) flat[name] = Number(text);
  if (flat.kind === 'step') return flat as unknown as StepRecord;
  const [own, scores]: [Record<string, unknown>, Record<string, number>] = [{}, {}];
  for (const [name, value] of Object.entries(flat)) {
    if (isScoreName(name)) scores[name] = value as number;
    else own[name] = value;
  }
  return { ...own, scores } as unknown as EpochRecord | TestRecord;
}
