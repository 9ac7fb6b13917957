import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MixPlan } from '../../src/mix/index.ts';
import { type Ended, patchwork } from '../support/command-line.ts';
import { writePictures } from '../support/pictures.ts';

let folder: string;
// Nothing here may need LibTorch.
const run = (...words: string[]): Promise<Ended> =>
  patchwork(['mix', ...words], { cwd: folder, env: { PATCHWORK_NATIVE: '/nowhere' } });

interface Answer {
  out: string;
  classes: string[];
  methods: { text: string; plan: MixPlan }[];
}

async function plansOf(process: Promise<Ended>): Promise<Answer> {
  const { code, output, errors } = await process;
  expect(code, errors).toBe(0);
  return JSON.parse(output) as Answer;
}

/** The bytes of a picture at (x, y). */
async function pixelAt(file: string, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(join(folder, file)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-mix-'));
  await writePictures(folder, ['cat.jpg', 'dog.png', 'bird.webp']);
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'notes.jpg'), 'no picture at all');
  // Red above blue as it is seen; stored lying on its side, as cameras do.
  const upright = Buffer.alloc(64 * 64 * 3);
  for (let i = 0; i < 64 * 64; i++) upright[i * 3 + (i < 32 * 64 ? 0 : 2)] = 255;
  const raw = { width: 64, height: 64, channels: 3 } as const;
  const lying = sharp(upright, { raw }).rotate(270).jpeg().withMetadata({ orientation: 6 });
  writeFileSync(join(folder, 'turned.jpg'), await lying.toBuffer());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a picture of methods', () => {
  it('has a column for each of them, and options belong to the method before them', async () => {
    const words = [
      'cat.jpg',
      'dog.png',
      '--size',
      '128',
      '--method',
      'cutmix:alpha=1,probability=1,mixup,cutmix+mixup',
    ];
    const { code, output, errors } = await run(...words);
    expect(code, errors).toBe(0);
    expect(output).toMatch(
      /^cutmix:alpha=1,probability=1 {3}lambda 0\.\d\d\nmixup {26}lambda [01]\.\d\d\ncutmix\+mixup {19}lambda [01]\.\d\d\nmix\.png\n$/,
    );
    expect((await sharp(join(folder, 'mix.png')).metadata()).width).toBe(8 + 5 * 136);
  });

  it('takes more than two pictures and their labels, and prints the plans as JSON', async () => {
    const words = ['cat.jpg', 'dog.png', 'bird.webp', '--json', '--seed', '3', '--size', '64', '--out', 'sub/a.webp'];
    const answer = await plansOf(run(...words, '--classes', 'Katze,Hund,Vogel'));
    expect(answer).toMatchObject({ out: 'sub/a.webp', classes: ['Katze', 'Hund', 'Vogel'] });
    expect(answer.methods.map(({ text, plan }) => [text, plan.how, plan.permutation])).toEqual([
      ['cutmix', 'paste', [1, 2, 0]],
      ['mixup', 'blend', [1, 2, 0]],
      ['cutout', 'erase', [0, 1, 2]],
    ]);
    expect((await plansOf(run(...words))).methods).toEqual(answer.methods);
    expect((await plansOf(run(...words))).classes).toEqual(['cat', 'dog', 'bird']);
    expect(
      readFileSync(join(folder, 'sub', 'a.webp'))
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP');
  });

  it('draws two pictures of its own where none are given', async () => {
    expect((await plansOf(run('--json', '--size', '32'))).classes).toEqual(['striped disc', 'spotted cross']);
  });

  it("follows a picture's EXIF orientation", async () => {
    const { code, errors } = await run(
      'turned.jpg',
      '--method',
      'cutout:length=2',
      '--size',
      '128',
      '--out',
      'turned.png',
    );
    expect(code, errors).toBe(0);
    const [above] = await pixelAt('turned.png', 30, 70);
    const [, , below] = await pixelAt('turned.png', 30, 170);
    expect([above! > 240, below! > 240]).toEqual([true, true]);
  });

  it('shows a method of hidden maps at stage 0, where it may act there, and says so', async () => {
    expect((await run('--method', 'manifold-mixup', '--size', '32')).output).toContain(
      'at stage 0, the image; at its other stages it mixes hidden maps, which are no pictures',
    );
  });
});

describe('what cannot be drawn says why', () => {
  it.each([
    ['a missing file', ['cat.jpg', 'cow.jpg'], 'cow.jpg: expected a picture, got no such file or folder'],
    ['a folder', ['sub', 'cat.jpg'], 'sub: expected a picture, got a folder'],
    ['what is no picture', ['notes.jpg', 'cat.jpg'], 'notes.jpg: expected a JPEG, PNG, WebP or TIFF picture, got text'],
    ['an unknown method', ['--method', 'cutmix,mixpu'], "mix: unknown method 'mixpu'; did you mean 'mixup'?"],
    ['an unknown option', ['--method', 'cutmix:alhpa=1'], "cutmix: unknown option 'alhpa'; did you mean 'alpha'?"],
    ['no method', ['--method', 'none'], 'mix: expected --method to name methods that mix, got none'],
    ['one picture for two', ['cat.jpg', '--method', 'mixup'], 'mix: expected at least two pictures for mixup, got one'],
    [
      'hidden maps alone',
      ['--method', 'feature-cutmix:stages=2'],
      'hidden maps of a network alone, which are no pictures',
    ],
    ['another format', ['--out', 'mix.gif'], 'mix: expected --out to end in .png, .jpg, .jpeg, .webp, got mix.gif'],
    ['a picture over its own', ['cat.jpg', 'dog.png', '--out', './dog.png'], 'expected --out to be a new picture'],
    [
      'no folder to write to',
      ['--out', 'nowhere/mix.png'],
      'nowhere/mix.png: expected a place to write to, got no such',
    ],
    ['too few labels', ['cat.jpg', 'dog.png', '--classes', 'cat'], 'mix: expected --classes to have 2 names'],
    ['a size of nothing', ['--size', '0'], '--size: expected a whole number in 16..1024, got 0'],
    ['half a seed', ['--seed', '0.5'], '--seed: expected a whole number of at least 0, got 0.5'],
  ])('%s', async (_, words, message) => {
    const { code, output, errors } = await run(...words);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(message);
    expect(errors).not.toMatch(/^\s+at /m);
  });
});
