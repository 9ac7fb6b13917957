import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pictureBytes, writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { kinds } from '../data/index.ts';
import { loadNetwork } from '../evaluate/index.ts';
import { setUp } from './predict-command.ts';
import { PredictionFile } from './prediction-file.ts';

const folder = temporaryFolder(afterAll);
const run = join(folder, 'run');
const photos = join(folder, 'photos');
const at = (name: string) => join(photos, name);
const inOrder = ['0.jpg', 'deep/er/1.png', 'deep/no-extension', 'two "words", one.jpg'].map(at);

beforeAll(async () => {
  await train(smallConfig({ epochs: 1, mix: 'none' }), { run });
  await writePictures(photos, ['0.jpg', 'deep/er/1.png', 'two "words", one.jpg']);
  writeFile(at('deep/no-extension'), await pictureBytes(9, 'png'));
  writeFile(at('notes.txt'), 'no picture');
  writeFile(at('.hidden/2.jpg'), await pictureBytes(8));
});

interface Told {
  output: string;
  errors: string;
  exitCode: number | string | null | undefined;
}

async function predict(...words: string[]): Promise<Told> {
  const program = new Command().exitOverride();
  await setUp(program);
  const told = { output: '', errors: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      told[name === 'stdout' ? 'output' : 'errors'] += String(text);
      return true;
    }),
  );
  try {
    await program.parseAsync([run, ...words], { from: 'user' });
    return { ...told, exitCode: process.exitCode };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
}

const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { path: string; top?: { name: string; probability: number }[]; error?: string });

it('prints a line for each picture of a folder, deep, whatever it is called, in the order of the names', async () => {
  const { output, errors, exitCode } = await predict(photos, '--top', '2');
  const names = kinds.map(({ name }) => name).join('|');
  const lines = output.trimEnd().split('\n');
  expect(lines.map((line) => inOrder.findIndex((path) => line.startsWith(`${path}: `)))).toEqual([0, 1, 2, 3]);
  for (const line of lines) expect(line).toMatch(new RegExp(`: (${names}) \\d+\\.\\d %, (${names}) \\d+\\.\\d %$`));
  expect([errors, exitCode]).toEqual(['', undefined]);
});

it('says as JSON lines what the library says, the same picture once', async () => {
  const { output } = await predict(photos, inOrder[0]!, '--json');
  const network = await loadNetwork(run);
  const expected = [];
  for await (const result of network.classify(inOrder)) expected.push(result);
  await network.dispose();
  expect(jsonLines(output)).toEqual(expected);
});

it('writes a CSV whose cells are quoted where they must be, with an error in the place of a bad picture', async () => {
  const [out, bad] = [join(folder, 'made/said.csv'), join(folder, 'bad.jpg')];
  writeFile(bad, 'no picture');
  const { output, errors, exitCode } = await predict(photos, bad, join(folder, 'none.jpg'), '--out', out, '--top', '2');
  const [heading, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\r\n');
  expect(heading).toBe('path,class,probability,class2,probability2,error');
  const first = jsonLines((await predict(inOrder[0]!, '--json', '--top', '2')).output)[0]!.top!;
  expect(rows.map((row) => row.replace(/,[a-z ]+,[\d.e-]+,[a-z ]+,[\d.e-]+,$/, ''))).toEqual([
    ...inOrder.slice(0, 3),
    `"${at('two ""words"", one.jpg')}"`,
    expect.stringContaining(`${bad},,,,,"expected a JPEG, PNG, WebP or TIFF`) as string,
    expect.stringContaining(`${join(folder, 'none.jpg')},,,,,"expected a file that can be read`) as string,
  ]);
  const [, name, probability] = rows[0]!.split(',');
  expect(name).toBe(first[0]!.name);
  expect(Number(probability)).toBeCloseTo(first[0]!.probability, 5);
  expect(existsSync(join(folder, 'made/said.incomplete.csv'))).toBe(false);
  expect([output, exitCode]).toEqual(['', undefined]);
  expect(errors).toContain(`2 pictures were not read:\n  ${bad}: expected a JPEG`);
  expect(errors).toContain(`4 of 6 pictures predicted: ${out}\n`);
});

it('writes JSON lines with everything, and no more classes than there are', async () => {
  const out = join(folder, 'said.jsonl');
  await predict(photos, '--out', out, '--top', '1000');
  const rows = jsonLines(readFileSync(out, 'utf8'));
  expect(rows.map(({ path }) => path)).toEqual(inOrder);
  for (const { top } of rows) expect(top).toHaveLength(kinds.length);
});

it('exits with 1 only where no picture could be read', async () => {
  const bad = join(folder, 'only-bad.jpg');
  writeFile(bad, 'no picture');
  const { output, errors, exitCode } = await predict(bad);
  expect(output).toMatch(/only-bad\.jpg: not read: expected a JPEG, PNG, WebP or TIFF picture, got text\n$/);
  expect(errors).toContain('1 picture was not read:');
  expect(exitCode).toBe(1);
});

it('a folder without pictures is told, with what is there; among others it is passed over', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFile(join(folder, 'other/x.bmp'), 'BM\x10\0\0\0\0\0\0\0');
  await expect(predict(empty)).rejects.toThrow('expected pictures (JPEG, PNG, WebP or TIFF), got none');
  await expect(predict(join(folder, 'other'))).rejects.toThrow('there is a BMP (1, as ');
  const { errors, exitCode } = await predict(empty, photos);
  expect(errors).toContain(`passed over: a folder without pictures (1, as ${empty})`);
  expect(exitCode).toBeUndefined();
});

it('mistakes are told before anything is written', async () => {
  await expect(predict(photos, '--top', '0')).rejects.toThrow('--top: expected a whole number of at least 1');
  await expect(predict(photos, '--out', join(folder, 'said.txt'))).rejects.toThrow('ends in .csv or .jsonl');
  await expect(predict(photos, '--out', join(inOrder[0]!, 'said.csv'))).rejects.toThrow(
    'expected a file that can be written, got a file where a folder should be',
  );
  mkdirSync(join(folder, 'is-a-folder.csv'));
  await expect(predict(photos, '--out', join(folder, 'is-a-folder.csv'))).rejects.toThrow('got a folder');
  expect(existsSync(join(folder, 'is-a-folder.incomplete.csv'))).toBe(false);
  await expect(predict(photos, '--checkpoint', 'step-00000099')).rejects.toThrow('step-00000099');
  renameSync(join(run, 'checkpoints'), join(folder, 'away'));
  await expect(predict(photos)).rejects.toThrow('no checkpoint yet');
  renameSync(join(folder, 'away'), join(run, 'checkpoints'));
});

it('a file that was interrupted says so by its name, and leaves the one of before', () => {
  const out = join(folder, 'twice.csv');
  const before = new PredictionFile(out, 1);
  before.add({ path: 'a', top: [{ name: 'b', probability: 0.5 }] });
  before.finish();
  const whole = readFileSync(out, 'utf8');
  expect(whole).toBe('path,class,probability,error\r\na,b,0.5,\r\n');
  const stopped = new PredictionFile(out, 1);
  stopped.add({ path: 'c', error: 'gone' });
  stopped.abandon();
  expect(readFileSync(out, 'utf8')).toBe(whole);
  expect(readFileSync(join(folder, 'twice.incomplete.csv'), 'utf8')).toContain('c,,,gone\r\n');
});

it('links are followed once', async () => {
  symlinkSync(photos, join(folder, 'linked'));
  const { output } = await predict(join(folder, 'linked'), '--json');
  expect(jsonLines(output)).toHaveLength(inOrder.length);
});
