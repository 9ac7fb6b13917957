import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { kinds } from '../data/index.ts';
import { setUp } from './explain-command.ts';

const folder = temporaryFolder(afterAll);
const run = join(folder, 'run');
const pictures = ['a/cat.jpg', 'b/cat.png'].map((path) => join(folder, path));

beforeAll(async () => {
  await train(smallConfig({ epochs: 1, mix: 'none' }), { run });
  await writePictures(folder, ['a/cat.jpg', 'b/cat.png']);
});

/** What the command prints. */
const explain = (...words: string[]): Promise<string> => explainBy(run, ...words);

async function explainBy(network: string, ...words: string[]): Promise<string> {
  const program = new Command().exitOverride();
  await setUp(program);
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    await program.parseAsync([network, ...words], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return printed.join('');
}

it('writes a picture for each into the run folder, of the same name too, and prints a line for each', async () => {
  const lines = (await explain(...pictures)).trimEnd().split('\n');
  const out = join(run, 'report', 'explain');
  expect(readdirSync(out).sort()).toEqual(['cat-2.png', 'cat.png']);
  const names = kinds.map(({ name }) => name).join('|');
  expect(lines[0]).toMatch(new RegExp(`^${pictures[0]}: (${names}) \\d+\\.\\d %, box \\d+ \\d+ \\d+ \\d+; `));
  expect(lines.map((text) => text.split('; ').at(-1))).toEqual(['cat.png', 'cat-2.png'].map((name) => join(out, name)));
  const { width } = await sharp(join(out, 'cat.png')).metadata();
  expect(width).toBe(8 + 3 * (224 + 8));
});

it('prints probabilities and boxes inside of the picture as JSON, and draws a map for each class', async () => {
  const out = join(folder, 'drawn');
  const classes = [kinds[0]!.name, kinds[3]!.name];
  const [told] = JSON.parse(await explain(pictures[0]!, '--json', '--out', out, '--class', classes.join(','))) as {
    picture: string;
    out: string;
    top: { name: string; probability: number }[];
    maps: { name: string; probability: number; box: number[]; pictureBox: number[] }[];
  }[];
  expect(told).toMatchObject({ picture: pictures[0], out: join(out, 'cat.png') });
  expect(told!.top).toHaveLength(5);
  expect(told!.maps.map(({ name }) => name)).toEqual(classes);
  for (const { pictureBox } of told!.maps) {
    expect(Math.min(...pictureBox)).toBeGreaterThanOrEqual(0);
    // 40 x 30, of which about the middle 30 x 30 are shown.
    expect(pictureBox[0]).toBeGreaterThan(3);
    expect(pictureBox[2]).toBeLessThan(37);
    expect(pictureBox[3]).toBeLessThanOrEqual(30);
  }
  expect((await sharp(join(out, 'cat.png')).metadata()).width).toBe(8 + 4 * (224 + 8));
});

it('a picture that cannot be read is named, and costs the others nothing but the exit code', async () => {
  const bad = join(folder, 'bad.jpg');
  writeFile(bad, 'no picture');
  const said: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    const told = JSON.parse(await explain(bad, join(folder, 'none.jpg'), ...pictures, '--json'));
    expect(told.map(({ picture }: { picture: string }) => picture)).toEqual(pictures);
    expect(process.exitCode).toBe(1);
  } finally {
    spy.mockRestore();
    process.exitCode = undefined;
  }
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^patchwork: .*bad\.jpg: expected a JPEG, PNG, WebP or TIFF/);
  expect(said[1]).toMatch(/^patchwork: .*none\.jpg: expected a file that can be read/);
});

it('takes the pictures of a folder, and needs no data of the training', async () => {
  const photos = join(folder, 'photos');
  await writePictures(
    photos,
    ['train', 'test'].flatMap((part) =>
      ['a', 'b'].flatMap((name) => [`${part}/${name}/0.png`, `${part}/${name}/1.png`]),
    ),
  );
  const own = join(folder, 'own');
  await train(smallConfig({ data: `${photos}:size=16`, epochs: 1, batchSize: 2, mix: 'none' }), { run: own });
  rmSync(join(photos, 'train'), { recursive: true });
  renameSync(join(photos, 'test'), join(folder, 'elsewhere'));
  const out = join(folder, 'of-folder');
  const told = JSON.parse(await explainBy(own, join(folder, 'elsewhere'), '--json', '--out', out)) as {
    picture: string;
  }[];
  const names = ['a/0.png', 'a/1.png', 'b/0.png', 'b/1.png'];
  expect(told.map(({ picture }) => picture)).toEqual(names.map((name) => join(folder, 'elsewhere', name)));
  expect(readdirSync(out).sort()).toEqual(['0-2.png', '0.png', '1-2.png', '1.png']);
  await expect(explainBy(own, photos)).rejects.toThrow('expected pictures (JPEG, PNG, WebP or TIFF), got none');
});

it('mistakes are told with the way out, and no picture is written over', async () => {
  await expect(explain(pictures[0]!, '--method', 'gradcam')).rejects.toThrow("did you mean 'grad-cam'?");
  await expect(explain(pictures[0]!, '--threshold', '2')).rejects.toThrow('--threshold: expected a number in 0..1');
  await expect(explain(pictures[0]!, '--class', 'plain disk')).rejects.toThrow("did you mean 'plain disc'?");
  await expect(explain(pictures[1]!, '--out', join(folder, 'b'))).rejects.toThrow('without the pictures to explain');
  await expect(explain(pictures[0]!, '--out', pictures[1]!)).rejects.toThrow('choose another --out');
});

it('writes one page that needs nothing else, with every picture, its map, its classes and its path', async () => {
  const out = join(folder, 'page', 'seen.html');
  const printed = await explain(...pictures, '--out', out);
  expect(printed).toBe(`2 of 2 pictures explained: ${out}\n`);
  const text = readFileSync(out, 'utf8');
  expect(readdirSync(join(folder, 'page'))).toEqual(['seen.html']);
  for (const path of pictures) expect(text).toContain(`<code>${path}</code>`);
  // The picture and the map of each, in the page itself.
  expect(text.match(/<image href="data:image\/webp;base64,/g)).toHaveLength(4);
  expect(text).not.toMatch(/(href|src)="(?!data:)/);
  expect(text.match(/<figure>/g)?.length).toBe(text.match(/<\/figure>/g)?.length);
  expect(text.trimEnd().endsWith('</html>')).toBe(true);
  // A network of one epoch and twelve classes.
  const [first] = JSON.parse(await explain(...pictures, '--json', '--out', out)) as { top: { probability: number }[]; isHardlyAboveChance: boolean }[]; // biome-ignore format: a line
  expect(first!.isHardlyAboveChance).toBe(first!.top[0]!.probability < 2 / (kinds.length + 1));
  expect(text.includes('hardly above chance')).toBe(first!.isHardlyAboveChance);
});

it('a page has so many pictures as --limit says, tells how many were left out, and names what could not be read', async () => {
  const bad = join(folder, 'a', 'bad.jpg');
  writeFile(bad, 'no picture');
  const out = join(folder, 'limited.html');
  const said: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    expect(await explain(bad, ...pictures, '--limit', '2', '--out', out)).toBe(`1 of 3 pictures explained: ${out}\n`);
  } finally {
    spy.mockRestore();
    rmSync(bad);
    process.exitCode = 0;
  }
  expect(said.join('')).toContain('1 of 3 pictures left out: --limit 3 takes all');
  const text = readFileSync(out, 'utf8');
  expect(text).toContain('2 pictures, the first of 3 pictures');
  expect(text).toMatch(/Not read.*bad\.jpg: expected a JPEG/s);
});
