// What it costs that a run knows its data, at a million pictures: hard links to a few small ones, in 1,000 folders.
//
//   npx tsx bench/data-record.ts [PICTURES] [FOLDER]
//
// Prints seconds and resident memory of opening the data, of the record that a run makes at its start, and of comparing it
// when a run is opened again: where nothing has changed, and where one picture was added and another edited.
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { openData } from '../src/data/index.ts';
import { stream } from '../src/random/index.ts';
import { checkRunData, RunFolder, recordData } from '../src/runs/index.ts';

const folders = 1000;
const pictures = Number(process.argv[2] ?? 1_000_000);
const folder = process.argv[3] ?? mkdtempSync(join(tmpdir(), 'patchwork-pictures-'));

/** So many links to one file as file systems allow at least, and some to spare. */
const linksOfOne = 20_000;

async function makePictures(data: string): Promise<void> {
  const sources = join(folder, 'sources');
  mkdirSync(sources, { recursive: true });
  for (let c = 0, made = 0; c < folders; c++) {
    const name = join(data, `class-${String(c).padStart(4, '0')}`);
    mkdirSync(name, { recursive: true });
    for (let i = 0; i < pictures / folders; i++, made++) {
      const source = join(sources, `${Math.floor(made / linksOfOne)}.jpg`);
      if (!existsSync(source)) writeFileSync(source, await smallPicture(made));
      linkSync(source, join(name, `${String(i).padStart(6, '0')}.jpg`));
    }
  }
}

function smallPicture(seed: number): Promise<Buffer> {
  const random = stream(seed, 'picture');
  const data = Uint8Array.from({ length: 8 * 8 * 3 }, () => random.integer(256));
  return sharp(data, { raw: { width: 8, height: 8, channels: 3 } })
    .jpeg()
    .toBuffer();
}

async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  const megabytes = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
  process.stdout.write(`${what.padEnd(44)} ${seconds.padStart(7)} s  ${megabytes.padStart(6)} MB resident\n`);
  return result;
}

const data = join(folder, 'photos');
if (!existsSync(data)) await timed(`${pictures.toLocaleString('en-US')} pictures made`, () => makePictures(data));
const runPath = join(folder, 'run');
rmSync(runPath, { recursive: true, force: true });
const run = RunFolder.create(runPath, {});
const parts = await timed('data opened', () => openData(data));
await timed('record at the start of a run', () => recordData(run, parts, data));
for (let i = 0; i < 3; i++) await timed('compared, nothing has changed', () => checkRunData(run, parts, data));
writeFileSync(join(data, 'class-0000', 'added.jpg'), await smallPicture(pictures + 1));
rmSync(join(data, 'class-0500', '000000.jpg'));
writeFileSync(
  join(data, 'class-0500', '000000.jpg'),
  Buffer.concat([await smallPicture(pictures + 2), Buffer.alloc(9)]),
);
const changed = await openData(data);
const { changes } = await timed('compared, one added and one edited', () => checkRunData(run, changed, data));
process.stdout.write(`${changes}\n`);
run.close();
if (process.argv[3] === undefined) rmSync(folder, { recursive: true, force: true });
