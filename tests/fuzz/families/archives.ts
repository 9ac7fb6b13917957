/** Data sets that come as one file: shards, archives of records, IDX. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { centerCrop, decodeImage, openData, openOodSet, readPicture } from '../../../src/data/index.ts';
import type { RandomStream } from '../../../src/random/index.ts';
import { pictureBytes } from '../../support/pictures.ts';
import { type Family, family } from '../family.ts';
import { chance, mutateBytes, mutateText, pick } from '../mutate.ts';

interface Member {
  name: string;
  contents: Uint8Array;
  type?: string;
}

const block = 512;

/** A ustar archive, as `tar` writes it. */
function tar(members: readonly Member[]): Uint8Array {
  const parts = members.flatMap(({ name, contents, type = '0' }) => {
    const header = new Uint8Array(block);
    const put = (text: string, at: number) => header.set(Buffer.from(text, 'latin1').subarray(0, 100), at);
    put(name, 0);
    put('0000644\0', 100);
    put(`${contents.length.toString(8).padStart(11, '0')}\0`, 124);
    put(type, 156);
    put('ustar\x0000', 257);
    return [header, contents, new Uint8Array((block - (contents.length % block)) % block)];
  });
  const bytes = Uint8Array.from(Buffer.concat([...parts, new Uint8Array(2 * block)]));
  return withSums(bytes);
}

/** Sets each header's sum right, as far as headers are found: damage then gets past the check. */
function withSums(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at + block <= bytes.length; ) {
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) break;
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
    const size = Number.parseInt(Buffer.from(header.subarray(124, 136)).toString('latin1'), 8) || 0;
    at += block + Math.ceil(Math.max(0, size) / block) * block;
  }
  return bytes;
}

function damagedTar(random: RandomStream, members: readonly Member[], words: readonly string[]): Uint8Array {
  const changed = members.map((member): Member => {
    if (!chance(random, 0.2)) return member;
    if (chance(random, 0.4)) return { ...member, name: mutateText(random, member.name, words) };
    if (chance(random, 0.3))
      return { ...member, type: pick(random, ['x', 'L', 'g', '5', '2', '1', '\0', 'K', 'S', '7']) };
    return { ...member, contents: mutateBytes(random, member.contents) };
  });
  const bytes = tar(changed);
  if (chance(random, 0.4)) return bytes;
  const damaged = mutateBytes(random, bytes);
  return chance(random, 0.6) ? withSums(damaged) : damaged;
}

const pax = (key: string, value: string): Uint8Array => {
  const body = ` ${key}=${value}\n`;
  const length = [2, 3, 4].map((digits) => body.length + digits).find((n, i) => String(n).length === i + 2)!;
  return Uint8Array.from(Buffer.from(`${length}${body}`));
};

export const shards: Family = family<Uint8Array>({
  name: 'shards',
  description: "WebDataset's tar archives, whose pictures are then read",
  async open(folder) {
    const members: Member[] = [];
    for (let n = 0; n < 6; n++) {
      const contents = new Uint8Array(await pictureBytes(n, n % 2 ? 'png' : 'jpeg', 12, 9));
      const key = `${n % 2 ? 'sub/' : ''}s${n}`;
      if (n === 4)
        members.push({ name: 'PaxHeader', type: 'x', contents: pax('path', `long/${'d'.repeat(120)}/s4.jpg`) });
      if (n === 5)
        members.push({ name: '././@LongLink', type: 'L', contents: Uint8Array.from(Buffer.from('s5.png\0')) });
      members.push({ name: `${key}.${n % 2 ? 'png' : 'jpg'}`, contents });
      if (n === 4)
        members.push({ name: 'PaxHeader', type: 'x', contents: pax('path', `long/${'d'.repeat(120)}/s4.cls`) });
      const label = n === 3 ? '{"label": 1, "caption": "x"}' : String(n % 2);
      members.push({ name: `${key}.${n === 3 ? 'json' : 'cls'}`, contents: Uint8Array.from(Buffer.from(label)) });
    }
    const data = join(folder, 'data');
    mkdirSync(data);
    const words = ['.jpg', '.jpeg', '.png', '.cls', '.json', '/', '..', 'a.b.jpg', '../../x.jpg', 's0'];
    return {
      make: (random) => damagedTar(random, members, words),
      async run(bytes) {
        writeFileSync(join(data, 'train-000.tar'), bytes);
        const { train, test } = await openData(`${data}:testShare=0.3`);
        for (const set of [train, test]) {
          if (!('pictures' in set)) continue;
          for (const place of set.pictures) {
            const target = new Uint8Array(3 * 8 * 8);
            await decodeImage(await readPicture(place), (size) => centerCrop(size, { size: 8 }), target);
          }
        }
      },
    };
  },
});

/** Records of one byte of label (two for CIFAR-100) and 3,072 of pixels. */
function records(count: number, labels: number): Uint8Array {
  return Uint8Array.from({ length: count * (labels + 3072) }, (_, i) =>
    i % (labels + 3072) < labels ? i % 10 : i % 251,
  );
}

export const cifarRecords: Family = family<{ files?: [string, Uint8Array][]; archive?: Uint8Array }>({
  name: 'cifar',
  description: "CIFAR's records, in a folder and in a .tar.gz",
  async open(folder) {
    const ten: [string, Uint8Array][] = [1, 2, 3, 4, 5].map((n) => [`data_batch_${n}.bin`, records(n, 1)]);
    ten.push(['test_batch.bin', records(2, 1)]);
    ten.push(['batches.meta.txt', Uint8Array.from(Buffer.from('a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n'))]);
    const hundred: [string, Uint8Array][] = [
      ['train.bin', records(3, 2)],
      ['test.bin', records(2, 2)],
    ];
    const data = join(folder, 'cifar');
    return {
      make: (random) => {
        const files = structuredClone(pick(random, [ten, hundred]));
        const one = pick(random, files);
        if (chance(random, 0.6)) one[1] = mutateBytes(random, one[1]);
        if (chance(random, 0.1)) files.splice(random.integer(files.length), 1);
        if (chance(random, 0.5)) return { files };
        const members = files.map(([name, contents]) => ({ name: `cifar-10-batches-bin/${name}`, contents }));
        const archive = damagedTar(random, members, ['data_batch_1.bin', 'test_batch.bin', 'train.bin', '/']);
        const packed = new Uint8Array(gzipSync(archive, { level: 1 }));
        return { archive: chance(random, 0.4) ? mutateBytes(random, packed) : packed };
      },
      async run({ files, archive }) {
        rmSync(data, { recursive: true, force: true });
        mkdirSync(data);
        for (const [name, bytes] of files ?? []) writeFileSync(join(data, name), bytes);
        const packed = join(folder, 'cifar.tar.gz');
        if (archive) writeFileSync(packed, archive);
        return openData(archive ? packed : data);
      },
    };
  },
});

export const idxFiles: Family = family<{ name: string; bytes: Uint8Array }>({
  name: 'idx',
  description: "MNIST's IDX files, plain and packed, and files of records as sets of unknown images",
  async open(folder) {
    const header = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0, 5]);
    const idx = Uint8Array.from([...header, ...Array.from({ length: 120 }, (_, i) => (i * 7) % 256)]);
    const like = {
      ...{ channels: 3, height: 32, width: 32, layout: 'NCHW' as const },
      normalization: { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] },
    };
    return {
      make: (random) => {
        const plain = chance(random, 0.8) ? mutateBytes(random, idx) : idx;
        if (chance(random, 0.4)) return { name: 'x-idx3-ubyte', bytes: plain };
        if (chance(random, 0.3)) return { name: 'x.bin', bytes: mutateBytes(random, records(3, 1)) };
        const packed = new Uint8Array(gzipSync(plain));
        return { name: 'x-idx3-ubyte.gz', bytes: chance(random, 0.5) ? mutateBytes(random, packed) : packed };
      },
      async run({ name, bytes }) {
        writeFileSync(join(folder, name), bytes);
        const set = await openOodSet(join(folder, name), like, { limit: 3 });
        return [set.length, readFileSync(join(folder, name)).length];
      },
    };
  },
});
