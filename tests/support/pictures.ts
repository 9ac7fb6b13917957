import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { stream } from '../../src/random/index.ts';

/** A small noisy picture, different for each `seed`, in the format of the file's extension. */
export async function pictureBytes(seed: number, format: 'jpeg' | 'png' | 'webp' = 'jpeg', width = 40, height = 30) {
  const random = stream(seed, 'picture');
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  const noise = sharp(data, { raw: { width, height, channels: 3 } });
  return noise.toFormat(format).toBuffer();
}

/** Writes noisy pictures at paths under a folder, each different; the extension is the format. */
export async function writePictures(folder: string, paths: readonly string[]): Promise<void> {
  for (const [seed, path] of paths.entries()) {
    const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
    const format = extension === 'png' || extension === 'webp' ? extension : 'jpeg';
    writeFile(join(folder, path), await pictureBytes(seed, format));
  }
}

/** Writes a file and the folders that it is in. */
export function writeFile(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
