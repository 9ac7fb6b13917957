import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFile, writePictures } from '../../../tests/support/pictures.ts';
import type { EncodedPictures, LabeledImages } from '../dataset.ts';
import { readImages } from '../loader/read-images.ts';
import { readPicture } from '../picture-location.ts';
import { openData } from './open-data.ts';
import { expandBraces } from './shard-list.ts';
import { tarEntries } from './tar-index.ts';

type PictureSet = LabeledImages<EncodedPictures>;

const root = mkdtempSync(join(tmpdir(), 'patchwork-shards-'));
afterAll(() => rmSync(root, { recursive: true }));

type Members = Readonly<Record<string, string | Uint8Array>>;

async function tarOf(members: Members): Promise<Buffer> {
  const archive = pack();
  for (const [name, contents] of Object.entries(members)) archive.entry({ name }, Buffer.from(contents));
  archive.finalize();
  return buffer(archive);
}

const readTar = (path: string) =>
  Array.from(tarEntries(path), ({ member, read }) => ({ member, contents: read().toString() }));

/** Corrects the sum of the first header, in which something was changed. */
function writeSum(archive: Buffer): void {
  const sum = archive
    .fill(' ', 148, 156)
    .subarray(0, 512)
    .reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

async function writeShard(path: string, members: Members): Promise<string> {
  writeFile(join(root, path), await tarOf(members));
  return join(root, path);
}

const classes = ['cat', 'dog', 'owl'];
const paths = ['train', 'val'].flatMap((part) =>
  classes.flatMap((name) => [0, 1, 2].map((i) => `${part}/${name}/${name}${i}.${['jpg', 'png', 'webp'][i]}`)),
);
const folder = join(root, 'folder');
beforeAll(() => writePictures(folder, paths));

/** The pictures of a part as WebDataset's samples, with a label made by `label`. */
function samplesOf(part: string, label: (name: string) => [extension: string, text: string]): Members {
  const members: Record<string, string | Uint8Array> = {};
  for (const path of paths.filter((other) => other.startsWith(part))) {
    const [, name] = path.split('/') as [string, string];
    const [extension, text] = label(name);
    const key = `./${part}.data/${basename(path).replace(/\..*/, '')}`;
    members[`${key}.${path.split('.').at(-1)}`] = readFileSync(join(folder, path));
    members[`${key}.${extension}`] = text;
  }
  return members;
}

const all = (set: PictureSet) => Array.from({ length: set.length }, (_, i) => i);

describe('shards hold what the folder holds that they were made from', () => {
  it.each([
    ['numbers in .cls', (name: string) => ['cls', `${classes.indexOf(name)}\n`], ['0', '1', '2']],
    ['names in .cls', (name: string) => ['cls', name], classes],
    ['numbers in .json', (name: string) => ['json', `{"label": ${classes.indexOf(name)}}`], ['0', '1', '2']],
  ] as const)('with %s', async (what, label, expected) => {
    const samples = (part: string) => samplesOf(part, (name) => [...label(name)] as [string, string]);
    await writeShard(`${what}/train-000.tar`, samples('train'));
    const shards = await openData(join(root, what), { size: 16 });
    expect(shards.train.classes).toEqual(expected);
    await writeShard(`${what}/val-000.tar`, samples('val'));
    const [ours, theirs] = [await openData(join(root, what), { size: 16 }), await openData(folder, { size: 16 })];
    for (const part of ['train', 'test'] as const) {
      expect(ours[part].labels).toEqual(theirs[part].labels);
      const indices = all(ours[part] as PictureSet);
      expect(await readImages(ours[part], indices)).toEqual(await readImages(theirs[part], indices));
    }
  });

  it('classes.txt gives numbers their names, and several shards are one set, as a folder, by pattern or in folders', async () => {
    const [even, odd] = [0, 1].map((parity) => {
      const members = Object.entries(samplesOf('train', (name) => ['cls', String(classes.indexOf(name))]));
      return Object.fromEntries(members.filter((_, i) => (i >> 1) % 2 === parity));
    }) as [Members, Members];
    await writeShard('several/s-08.tar', even);
    await writeShard('several/s-09.tar', odd);
    writeFile(join(root, 'several', 'classes.txt'), 'cat\ndog\nowl\n');
    const set = await openData(join(root, 'several'));
    expect(set.train.classes).toEqual(classes);
    expect(set.train.length + set.test.length).toBe(9);
    const byPattern = await openData(`${join(root, 'several', 's-{08..09}.tar')}:size=32`);
    expect((byPattern.train as PictureSet).pictures).toEqual((set.train as PictureSet).pictures);
    expect(byPattern.train.height).toBe(32);
    await writeShard('folders/train/a.tar', { ...even, ...odd });
    await writeShard('folders/val/a.tar', even);
    expect((await openData(join(root, 'folders'))).test.length).toBe(5);
  });

  it.each([
    ['cat\ndog\ncat\n', /classes\.txt:3: expected a name of its own for class 2, got 'cat' again, first on line 1/],
    ['cat\n\nowl\n', /classes\.txt:2: expected a name of its own for class 1, got none/],
    ['cat\ndog\n', /classes\.txt: expected a name for class 2 of the shards beside it, got 2 lines/],
  ])('a classes.txt of %j, by which classes would be mixed up, is an error', async (names, message) => {
    await writeShard(
      'names/s.tar',
      samplesOf('train', (name) => ['cls', String(classes.indexOf(name))]),
    );
    writeFile(join(root, 'names', 'classes.txt'), names);
    await expect(openData(join(root, 'names'))).rejects.toThrow(message);
  });

  it.each([
    ['imagenet-train-000.tar', 'imagenet-val-000.tar'],
    ['imagenet1k-train-000.tar', 'imagenet1k-validation-000.tar'],
    ['shapes_train.tar', 'shapes_test.tar'],
    ['Train/0.tar', 'Validation/0.tar'],
    ['000.tar', 'x-VALID.tar'],
  ])('%s is trained on and %s is measured', async (train, test) => {
    const folder = `parts-${train.replace(/\W/g, '')}`;
    await writeShard(
      `${folder}/${train}`,
      samplesOf('train', (name) => ['cls', name]),
    );
    await writeShard(`${folder}/${test}`, { 'a.jpg': 'x', 'a.cls': 'cat', 'b.jpg': 'y', 'b.cls': 'dog' });
    const parts = await openData(join(root, folder));
    expect([parts.train.length, parts.test.length]).toEqual([9, 2]);
  });

  it.each([
    [
      'both',
      ['imagenet-train-val.tar'],
      /train-val\.tar: expected a name that says one part, got train and validation/,
    ],
    ['none', ['x-train.tar', 'x-val.tar', 'backup.tar'], /backup\.tar: expected a name that says train, val or test/],
    ['zip', ['x-train.tar', 'x-val.tar.gz'], /x-val\.tar\.gz: expected uncompressed shards, got a compressed one/],
  ])('names that say %s are an error', async (what, shards, message) => {
    for (const shard of shards) await writeShard(`named-${what}/${shard}`, { 'a.jpg': 'x', 'a.cls': 'cat' });
    await expect(openData(join(root, `named-${what}`))).rejects.toThrow(message);
  });

  it('a pattern of more shards than any data has is an error at once', async () => {
    for (const pattern of ['n-{0..20000000}.tar', 'n-{0..999}{0..999}.tar', `n-{0..${'9'.repeat(400)}}.tar`]) {
      await expect(openData(pattern)).rejects.toThrow(/expected at most 100,000 shards, got/);
    }
  });

  it('braces expand as in a shell', () => {
    expect(expandBraces('a-{3..1}.tar')).toEqual(['a-3.tar', 'a-2.tar', 'a-1.tar']);
    expect(expandBraces('a-{08..10}.tar')).toEqual(['a-08.tar', 'a-09.tar', 'a-10.tar']);
    expect(expandBraces('{0..1}/{1..2}')).toEqual(['0/1', '0/2', '1/1', '1/2']);
    expect(expandBraces('plain.tar')).toEqual(['plain.tar']);
  });
});

describe('the index of an archive', () => {
  const names = ['short', `${'long/'.repeat(30)}name`, `${'x'.repeat(150)}`, 'ümlaut'];
  const members = Object.fromEntries(names.map((name, i) => [name, name.repeat(i * 100)]));

  it('has every file with its name and contents, long names, other letters and empty files too', async () => {
    const path = await writeShard('names.tar', members);
    const entries = readTar(path);
    expect(Object.fromEntries(entries.map(({ member, contents }) => [member.name, contents]))).toEqual(members);
    for (const { member } of entries) {
      expect(Buffer.from(await readPicture({ path, member })).toString()).toBe(members[member.name]);
    }
  });

  it("has GNU's long names, which stand in a member of type L before the file", async () => {
    const name = 'y'.repeat(200);
    const bytes = await tarOf({ '././@LongLink': `${name}\0`, short: 'contents' });
    bytes[156] = 'L'.charCodeAt(0);
    writeSum(bytes);
    writeFile(join(root, 'gnu.tar'), bytes);
    const entries = readTar(join(root, 'gnu.tar'));
    expect(entries.map(({ member, contents }) => [member.name, contents])).toEqual([[name, 'contents']]);
  });

  it("has GNU's sizes in base 256, and what follows them", async () => {
    const bytes = await tarOf({ 'a.cls': 'x'.repeat(700), 'b.cls': 'after' });
    bytes.fill(0, 124, 136);
    bytes[124] = 0x80;
    bytes.writeUInt16BE(700, 134);
    writeSum(bytes);
    writeFile(join(root, 'base256.tar'), bytes);
    const entries = readTar(join(root, 'base256.tar'));
    expect(entries.map(({ contents }) => contents)).toEqual(['x'.repeat(700), 'after']);
  });

  it('stops at a size that is no number, or none that can be', async () => {
    for (const [size, got] of [
      ['size unknown', 'NaN'],
      ['\xff'.repeat(12), '\\d'],
    ] as const) {
      const bytes = await tarOf({ 'a.cls': '0' });
      bytes.write(size, 124, 'latin1');
      writeSum(bytes);
      writeFile(join(root, 'size.tar'), bytes);
      expect(() => readTar(join(root, 'size.tar'))).toThrow(
        new RegExp(`size.tar: expected a size in the header at byte 0, got ${got}.*copy it again`),
      );
    }
  });
});

describe('the samples of a shard', () => {
  const classOf = (files: Members) =>
    Object.fromEntries(
      Object.entries(files).flatMap(([name, text]) => [
        [`${name}.jpg`, 'x'],
        [`${name}.cls`, text],
      ]),
    );
  const open = async (members: Members, options = {}) => openData(await writeShard('samples.tar', members), options);
  const classesOf = async (members: Members) => {
    const { train, test } = await open(members);
    return [train.classes, train.length + test.length];
  };
  const four = classOf({ a: 'cat', b: 'dog', c: 'cat', d: 'dog' });

  it('may have dots in their names, and keys that end at the first one', async () => {
    const dated = ['05.00', '05.01', '05.02', '06.00'].map((day, i) => [`IMG_2021.${day}_x`, ['cat', 'dog'][i % 2]!]);
    expect(await classesOf(classOf(Object.fromEntries(dated)))).toEqual([['cat', 'dog'], 4]);
    const keyed = Object.entries(four).map(([name, text]) => [
      name.replace('.', name.endsWith('jpg') ? '.input.' : '.output.'),
      text,
    ]);
    expect(await classesOf(Object.fromEntries(keyed))).toEqual([['cat', 'dog'], 4]);
    const partly = { ...four, 'e_v1.4.jpg': 'x', 'e_v1.4.cls': 'cat', 'e_v1.5.jpg': 'x', 'e_v1.5.cls': 'cat' };
    expect(await classesOf(partly)).toEqual([['cat', 'dog'], 6]);
  });

  it('may have more members, which belong to them', async () => {
    const more = {
      'a.seg.png': 'x',
      'a.txt': 'a caption',
      'b.depth.npy': Buffer.from('\x93NUMPY', 'latin1'),
      'c.json': '{"width": 3}',
    };
    const { train, test, passedOver } = await open({ ...four, ...more });
    expect(train.length + test.length).toBe(4);
    expect(passedOver!.map(({ reason, count, isLoss }) => [reason, count, isLoss])).toEqual([
      ['another member of a sample', 2, false],
      ['no picture', 1, false],
    ]);
  });

  it('are pictures by their contents', async () => {
    const jpeg = readFileSync(join(folder, 'train/cat/cat0.jpg'));
    const odd = {
      a: jpeg,
      'a.cls': 'cat',
      'b.img': jpeg,
      'b.cls': 'dog',
      'c.jfif': jpeg,
      'c.cls': 'cat',
      'd.tif': 'x',
      'd.cls': 'dog',
    };
    expect(await classesOf(odd)).toEqual([['cat', 'dog'], 4]);
  });

  it.each([
    [{ 'e.cls': 'cat' }, 'a label without a picture', 'samples.tar: e.cls'],
    [{ 'e.bmp': 'BM', 'e.cls': 'cat' }, 'a BMP', 'samples.tar: e.bmp'],
  ])('%j is counted, and an error where it is more than a tenth', async (lost, reason, name) => {
    await expect(open({ ...four, ...lost })).rejects.toThrow(`got 1 of 5 (20 %): ${reason} (1, as ${name})`);
    const { passedOver } = await open({ ...four, ...lost }, { allowSkipped: true });
    expect(passedOver).toEqual([{ reason, count: 1, isLoss: true, paths: [name] }]);
  });

  it('of a second archive in the file are read too, and what is no archive is an error', async () => {
    const both = Buffer.concat([await tarOf(four), Buffer.alloc(10240), await tarOf(classOf({ e: 'cat', f: 'dog' }))]);
    writeFile(join(root, 'concatenated.tar'), both);
    const { train, test } = await openData(join(root, 'concatenated.tar'));
    expect(train.length + test.length).toBe(6);
    writeFile(join(root, 'garbage.tar'), Buffer.concat([await tarOf(four), Buffer.from('garbage')]));
    await expect(openData(join(root, 'garbage.tar'))).rejects.toThrow(/got no header at byte \d+/);
  });

  it('that are links are named: their contents are elsewhere', async () => {
    const archive = pack();
    for (const [name, contents] of Object.entries(four)) archive.entry({ name }, Buffer.from(contents));
    archive.entry({ name: 'e.jpg', type: 'link', linkname: 'a.jpg' });
    archive.entry({ name: 'e.cls' }, 'cat');
    archive.finalize();
    writeFile(join(root, 'links.tar'), await buffer(archive));
    await expect(openData(join(root, 'links.tar'))).rejects.toThrow(
      /a link in the archive \(1, as links\.tar: e\.jpg\)/,
    );
  });

  it('00 is class 0', async () => {
    expect(await classesOf(classOf({ a: '0', b: '1', c: '00', d: '01\n', e: '\ufeff1' }))).toEqual([['0', '1'], 5]);
  });

  it.each(['nan', 'NaN', 'inf', 'null', 'None', '-1', '1.0', '1e3', '0\n1', '\0', ''])(
    '%j is no class: an error names the member',
    async (label) => {
      await expect(open({ ...four, 'a.cls': label })).rejects.toThrow(
        /samples\.tar: expected a\.cls to hold the name or number of a class, got/,
      );
    },
  );

  it.each([
    [{ 'a.x.jpg': 'x', 'a.y.jpg': 'x', 'a.cls': 'cat' }, /one picture of a key, got a\.x\.jpg and a\.y\.jpg/],
    [{ 'a.jpg': 'x', 'a.x.cls': 'cat', 'a.y.cls': 'dog' }, /one label of a key, got a\.x\.cls and a\.y\.cls/],
    [{ 'a.jpg': 'x', 'a.cls': '0', 'a.json': '{"label": 1}' }, /one label of a key, got a\.cls and a\.json/],
    [
      { 'a.jpg': 'x', 'a.cls': '1', 'b.jpg': 'x', 'b.cls': 'cat' },
      /numbers of classes or their names, got '1' of .*a\.jpg and 'cat' of .*b\.jpg/,
    ],
    [{ 'a.jpg': 'x', 'a.txt': 'cat' }, /a\.cls or a\.json beside a\.jpg, got a\.txt, which may be any text/],
    [{ 'a.jpg': 'x', 'a.cls': '0'.repeat(70_000) }, /a\.cls of at most 64 KiB, got 68\.4 KiB/],
  ])('%j is an error', async (members, message) => {
    await expect(open(members)).rejects.toThrow(message);
  });

  it('with two labels of one name are an error', async () => {
    const twice = [await tarOf(four), await tarOf({ 'a.cls': 'dog' })];
    writeFile(join(root, 'labels.tar'), Buffer.concat(twice));
    await expect(openData(join(root, 'labels.tar'))).rejects.toThrow(/one label of a key, got a\.cls and a\.cls; pack/);
  });
});

it('a shard that is no file, or only zeros, is an error at once', async () => {
  execFileSync('mkfifo', [join(root, 'fifo.tar')]);
  await expect(openData(join(root, 'fifo.tar'))).rejects.toThrow('fifo.tar: expected a file, got a FIFO');
  writeFile(join(root, 'zeros.tar'), '');
  truncateSync(join(root, 'zeros.tar'), 2 ** 36);
  await expect(openData(join(root, 'zeros.tar'))).rejects.toThrow(/expected at most 64 MiB of zeros behind an archive/);
});

it('labels are found whatever the case of the ends of names', async () => {
  const members = {
    'A.JPG': 'x',
    'A.CLS': 'cat',
    'B.Jpg': 'y',
    'B.JSON': '{"label": "dog"}',
    'c.jpg': 'z',
    'c.cls': 'cat',
  };
  const { train, test } = await openData(await writeShard('capitals.tar', members));
  expect(train.classes).toEqual(['cat', 'dog']);
  expect(train.length + test.length).toBe(3);
});

describe('damaged shards are an error that names the shard and the way out', () => {
  const sample = { 'a.jpg': 'x'.repeat(2000), 'a.cls': '0', 'b.jpg': 'y', 'b.cls': '1' };

  it.each([
    [
      'cut',
      async () => (await tarOf(sample)).subarray(0, 1000),
      /cut\.tar: expected a whole tar archive, got one that is cut/,
    ],
    [
      'zipped',
      async () => gzipSync(await tarOf(sample)),
      /zipped\.tar: expected an uncompressed tar archive, got no header at/,
    ],
    ['text', async () => 'not an archive', /text\.tar: expected an uncompressed tar archive/],
    [
      'unlabeled',
      () => tarOf({ ...sample, 'c.jpg': 'z' }),
      /expected c\.cls or c\.json beside c\.jpg, got neither; pack/,
    ],
    [
      'odd',
      () => tarOf({ ...sample, 'b.cls': ' ' }),
      /odd\.tar: expected b\.cls to hold the name or number of a class/,
    ],
    [
      'json',
      () => tarOf({ 'a.jpg': 'x', 'a.json': '{"lable": 3}' }),
      /expected a\.json to hold a "label".*got '\{"lable": 3\}'/,
    ],
    [
      'twice',
      () => tarOf({ ...sample, 'b.png': 'z' }),
      /twice\.tar: expected one picture of a key, got b\.jpg and b\.png; pack/,
    ],
    [
      'one',
      () => tarOf({ 'a.jpg': 'x', 'a.cls': '0' }),
      /one\.tar: expected two classes or more to tell apart, got only '0'/,
    ],
  ])('%s', async (name, contents, message) => {
    writeFile(join(root, `${name}.tar`), await contents());
    await expect(openData(join(root, `${name}.tar`))).rejects.toThrow(message);
  });

  it('no pictures at all, and a shard of a range that is not there', async () => {
    await writeShard('none.tar', { 'readme.txt': 'x' });
    await expect(openData(join(root, 'none.tar'))).rejects.toThrow(
      /none\.tar: expected pictures with labels, got none/,
    );
    await expect(openData(join(root, 'cut-{0..3}.tar'))).rejects.toThrow(
      /expected 4 tar files, got none at .*cut-0\.tar and 3/,
    );
  });
});
