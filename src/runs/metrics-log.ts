import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { FullDiskError, isFullDisk, writeFileAtomically, writeFully } from '../files/atomic-file.ts';

/** Lines of `metrics.jsonl`. Errors are fractions, steps and epochs count from 1 over the whole run. */
export type MetricsRecord = StepRecord | EpochRecord;

export interface StepRecord {
  kind: 'step';
  step: number;
  epoch: number;
  loss: number;
  learningRate: number;
  [name: string]: number | string;
}

/** Closes an epoch. */
export interface EpochRecord {
  kind: 'epoch';
  step: number;
  epoch: number;
  trainLoss: number;
  valLoss: number;
  top1Error: number;
  top5Error: number;
  imagesPerSecond: number;
  /** Share of the time in which training waited for data, 0 .. 1. */
  dataWait?: number;
  [name: string]: number | string | undefined;
}

/** How far a checkpoint is: the steps done and the epochs closed. A checkpoint within an epoch has closed fewer. */
export interface RunPosition {
  step: number;
  epochsClosed: number;
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
    this.#file = openSync(path, 'a+');
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) ftruncateSync(this.#file, whole);
  }

  /** @throws FullDiskError where the disk is full; the log then ends with the line before */
  append(record: MetricsRecord): void {
    const { size } = fstatSync(this.#file);
    try {
      writeFully(this.#file, Buffer.from(recordLine(record)));
      if (record.kind === 'epoch') fsyncSync(this.#file);
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
 * All records of a log, none where there is no file yet. A last line that is not whole is left out: its writer was
 * killed, or is still writing it.
 *
 * @throws where any other line is not a record, naming the file and the line
 */
export function readMetrics(path: string): MetricsRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // What follows the last line end is empty, or the line that is not whole.
  lines.pop();
  return lines.map((line, index) => {
    try {
      return parseRecord(line);
    } catch (error) {
      throw new Error(`${path}:${index + 1}: expected a metrics record, got ${line.slice(0, 60)}`, { cause: error });
    }
  });
}

/**
 * Drops the records that lie beyond a checkpoint, so that a resumed run does not write them twice. The file is
 * rewritten whole or not at all; call it before a `MetricsLog` is opened.
 */
export function truncateMetrics(path: string, { step, epochsClosed }: RunPosition): void {
  const records = readMetrics(path);
  const kept = records.filter((record) =>
    record.kind === 'epoch' ? record.epoch <= epochsClosed : record.step <= step,
  );
  if (kept.length < records.length) writeFileAtomically(path, [Buffer.from(kept.map(recordLine).join(''))]);
}

function recordLine(record: MetricsRecord): string {
  const nonFinite: Record<string, string> = {};
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === 'number' && !Number.isFinite(value)) nonFinite[name] = String(value);
  }
  const marked = Object.keys(nonFinite).length > 0 ? { ...record, nonFinite } : record;
  return `${JSON.stringify(marked)}\n`;
}

function parseRecord(line: string): MetricsRecord {
  const { nonFinite = {}, ...record } = JSON.parse(line) as MetricsRecord & { nonFinite?: Record<string, string> };
  if (record.kind !== 'step' && record.kind !== 'epoch') throw new Error("expected kind 'step' or 'epoch'");
  for (const [name, text] of Object.entries(nonFinite)) record[name] = Number(text);
  return record;
}
