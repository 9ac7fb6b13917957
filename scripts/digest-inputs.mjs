// The pictures that checkpoint-digests.mjs trains on: the same bytes on every call, made of whole numbers alone.
import { createWriteStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { pack } from 'tar-stream';

const classNames = ['ash', 'birch', 'cedar', 'elm'];

/** An integer hash (the finalizer of MurmurHash3), 0 .. 2^32 - 1. */
function hash(value) {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Red, green, blue of each pixel in turn: stripes, whose color and slope are the class's, under noise. */
function drawPicture(label, number, width, height) {
  const pixels = Buffer.alloc(3 * width * height);
  const shift = hash(number) % 16;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const stripe = ((x * (label % 3) + y * (1 + (label % 2)) + shift) >> 3) & 1;
      for (let channel = 0; channel < 3; channel++, i++) {
        const noise = hash(number * 1_000_003 + i) % 64;
        pixels[i] = (hash(label * 3 + channel) % 128) + stripe * 64 + noise;
      }
    }
  }
  return pixels;
}

/** CIFAR-10's binary version, cut to `perFile` records a file. */
export function writeCifar(folder, perFile) {
  mkdirSync(folder, { recursive: true });
  const files = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`).concat('test_batch.bin');
  for (const [n, file] of files.entries()) {
    const records = Array.from({ length: perFile }, (_, k) => cifarRecord(n * perFile + k));
    writeFileSync(join(folder, file), Buffer.concat(records));
  }
}

/** One byte of label, then the planes of 32 x 32 pixels. */
function cifarRecord(number) {
  const label = number % 10;
  const pixels = drawPicture(label, number, 32, 32);
  const planes = [0, 1, 2].map((channel) => pixels.filter((_, i) => i % 3 === channel));
  return Buffer.concat([Buffer.from([label]), ...planes]);
}

/** `CLASS/*.jpg`, each of another size, a third of them turned by their EXIF data. */
export async function writeJpegFolder(folder, perClass) {
  for (const [label, name] of classNames.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let k = 0; k < perClass; k++) {
      const number = label * perClass + k;
      const width = 80 + (hash(number) % 150);
      const height = 80 + (hash(number + 7919) % 150);
      const raw = { width, height, channels: 3 };
      await sharp(drawPicture(label, number, width, height), { raw })
        .withMetadata({ orientation: number % 3 === 0 ? 6 : 1 })
        .jpeg({ quality: 85 })
        .toFile(join(folder, name, `${String(k).padStart(3, '0')}.jpg`));
    }
  }
}

/** WebDataset shards of a folder of JPEGs: of every five pictures one goes to `val-000.tar`, the others to two of `train`. */
export async function writeShards(folder, jpegFolder) {
  mkdirSync(folder, { recursive: true });
  const pictures = classNames.flatMap((name) =>
    readdirSync(join(jpegFolder, name))
      .sort()
      .map((file) => ({ name, file })),
  );
  const shardOf = (n) => (n % 5 === 4 ? 'val-000' : `train-00${n % 2}`);
  for (const shard of ['train-000', 'train-001', 'val-000']) {
    const archive = pack();
    const mtime = new Date(0);
    for (const [n, { name, file }] of pictures.entries()) {
      if (shardOf(n) !== shard) continue;
      archive.entry({ name: `${name}-${file}`, mtime }, readFileSync(join(jpegFolder, name, file)));
      archive.entry({ name: `${name}-${file.replace('.jpg', '.cls')}`, mtime }, name);
    }
    archive.finalize();
    await pipeline(archive, createWriteStream(join(folder, `${shard}.tar`)));
  }
}
