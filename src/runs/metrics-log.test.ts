import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type EpochRecord,
  MetricsLog,
  type MetricsRecord,
  readMetrics,
  type StepRecord,
  truncateMetrics,
} from './metrics-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchwork-metrics-'));
const path = join(folder, 'metrics.jsonl');
beforeEach(() => rmSync(path, { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const step = (number: number, epoch: number, loss = 1): StepRecord => ({
  kind: 'step',
  step: number,
  epoch,
  loss,
  learningRate: 0.1,
});

const epoch = (number: number, lastStep: number): EpochRecord => ({
  kind: 'epoch',
  step: lastStep,
  epoch: number,
  trainLoss: 1.5,
  scores: { valLoss: 1.25, top1Error: 0.5, top5Error: 0.125 },
  imagesPerSecond: 800,
});

function append(...records: MetricsRecord[]): void {
  const log = new MetricsLog(path);
  for (const record of records) log.append(record);
  log.close();
}

describe('metrics.jsonl', () => {
  it('is one line of plain JSON a record', () => {
    append(step(1, 1), epoch(1, 1));
    expect(readFileSync(path, 'utf8')).toBe(
      '{"format":1}\n{"kind":"step","step":1,"epoch":1,"loss":1,"learningRate":0.1}\n' +
        '{"kind":"epoch","step":1,"epoch":1,"trainLoss":1.5,"imagesPerSecond":800,"valLoss":1.25,"top1Error":0.5,"top5Error":0.125}\n',
    );
  });

  it('grows when it is opened again, and reads as empty before it is there', () => {
    expect(readMetrics(path)).toEqual([]);
    append(step(1, 1));
    append(step(2, 1));
    expect(readMetrics(path)).toEqual([step(1, 1), step(2, 1)]);
  });

  it('keeps NaN and infinities through JSON', () => {
    const record = {
      ...step(1, 1, Number.NaN),
      learningRate: Number.POSITIVE_INFINITY,
      terms: { top1: 0.5 },
    };
    append(record);
    expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[1]!)).toMatchObject({
      loss: null,
      nonFinite: { loss: 'NaN' },
    });
    expect(readMetrics(path)).toEqual([record]);
  });

  it('reads past a last line cut off at any byte, and the next writer goes on after the whole ones', () => {
    append(step(1, 1), step(2, 1));
    const whole = readFileSync(path);
    const secondStarts = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
    for (let length = secondStarts; length < whole.length - 1; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(readMetrics(path)).toEqual([step(1, 1)]);
      append(step(2, 1));
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  const written = () => {
    append(step(1, 1), epoch(1, 1));
    return readFileSync(path, 'utf8');
  };

  it.each<[string, (text: string) => string]>([
    ['a blank last line', (text) => `${text}\n`],
    ['blank lines with spaces anywhere', (text) => `\n${text.replaceAll('\n', '\n \t\n')}`],
    ['line ends of other systems', (text) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['no line end behind the last record', (text) => text.slice(0, -1)],
    ['a last line of zeros, as after a power cut', (text) => `${text}${'\0'.repeat(40)}`],
  ])('with %s reads as without, and is put right when a run goes on', (_, change) => {
    const text = written();
    writeFileSync(path, change(text));
    expect(readMetrics(path)).toEqual([step(1, 1), epoch(1, 1)]);
    truncateMetrics(path, { step: 1, epochsClosed: 1, isFinished: true });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each(['', '\n', '{"form'])('of nothing but %j holds no records, and is begun', (text) => {
    writeFileSync(path, text);
    expect(readMetrics(path)).toEqual([]);
    truncateMetrics(path, { step: 1, epochsClosed: 0, isFinished: true });
    append(step(1, 1));
    expect(readMetrics(path)).toEqual([step(1, 1)]);
  });

  it('names the line that is not a record', () => {
    append(step(1, 1));
    appendFileSync(path, 'garbage\n');
    append(step(2, 1));
    expect(() => readMetrics(path)).toThrow(`${path}:3: expected a metrics record, got garbage`);
  });

  it('drops what lies beyond a checkpoint in the middle of an epoch', () => {
    append(step(1, 1), step(2, 1), epoch(1, 2), step(3, 2), step(4, 2), epoch(2, 4));
    truncateMetrics(path, { step: 3, epochsClosed: 1, isFinished: true });
    expect(readMetrics(path)).toEqual([step(1, 1), step(2, 1), epoch(1, 2), step(3, 2)]);
  });

  it('drops the end of an epoch whose last step is in the checkpoint but not its evaluation', () => {
    append(step(1, 1), step(2, 1), epoch(1, 2));
    truncateMetrics(path, { step: 2, epochsClosed: 0, isFinished: true });
    expect(readMetrics(path)).toEqual([step(1, 1), step(2, 1)]);
  });

  it('gives, cut at a checkpoint and continued, the bytes of a run that was never killed', () => {
    append(step(1, 1), { ...epoch(1, 1), scores: { valLoss: Number.NaN } }, step(2, 2), epoch(2, 2));
    const whole = readFileSync(path);
    truncateMetrics(path, { step: 1, epochsClosed: 1, isFinished: true });
    append(step(2, 2), epoch(2, 2));
    expect(readFileSync(path).equals(whole)).toBe(true);
  });
});
