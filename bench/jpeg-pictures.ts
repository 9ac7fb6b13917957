import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { stream } from '../src/random/index.ts';

/** Where jpeg.ts and jpeg.py find the pictures: one folder for each of two classes. */
export const jpegFolder = fileURLToPath(new URL('../build/bench-jpegs', import.meta.url));

/** What predicts their classes: fast enough for decoding to matter. */
export const predictingNetwork = 'mobilenetv3-small';

const size = { width: 500, height: 375 };
const pictures = 96;
/** Files of each picture, so that an epoch is long enough to start its workers for. */
const copies = 20;

/** Writes 1,920 JPEGs of 500x375 pixels: of ImageNet, where PATCHWORK_DATA has imagenet-samples, else of colored noise. */
export async function makeJpegs(): Promise<void> {
  if (existsSync(jpegFolder)) return;
  const partial = `${jpegFolder}.partial`;
  await rm(partial, { recursive: true, force: true });
  for (const name of ['even', 'odd']) await mkdir(join(partial, name), { recursive: true });
  for (const [index, source] of (await sources()).entries()) {
    const bytes = await source.jpeg({ quality: 90 }).toBuffer();
    const folder = join(partial, index % 2 === 0 ? 'even' : 'odd');
    for (let copy = 0; copy < copies; copy++) await writeFile(join(folder, `${index}-${copy}.jpg`), bytes);
  }
  await rename(partial, jpegFolder);
}

async function sources(): Promise<Sharp[]> {
  const samples = join(process.env.PATCHWORK_DATA ?? '', 'imagenet-samples');
  if (!process.env.PATCHWORK_DATA || !existsSync(samples)) return Array.from({ length: pictures }, (_, i) => noise(i));
  const files = (await readdir(samples)).filter((name) => name.endsWith('.JPEG')).slice(0, pictures);
  return Promise.all(
    files.map(async (name) => sharp(await readFile(join(samples, name))).resize({ ...size, fit: 'cover' })),
  );
}

/** Blobs of color with grain on them: about as many bytes as a photograph. */
function noise(index: number): Sharp {
  const random = stream(index, 'bench-jpegs');
  const grain = { width: 125, height: 94, channels: 3 as const };
  const pixels = Uint8Array.from({ length: grain.width * grain.height * 3 }, () => random.integer(256));
  return sharp(pixels, { raw: grain }).resize({ ...size, fit: 'fill' });
}
