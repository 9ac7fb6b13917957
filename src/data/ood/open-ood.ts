import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { nearestWord } from '../../options/index.ts';
import { holdsCifar } from '../cifar.ts';
import { decodeCifar } from '../cifar-records.ts';
import { readFolder } from '../data-files.ts';
import { parseDataText, parseOptions } from '../data-text.ts';
import { pictureFile } from '../image-folder.ts';
import {
  type ImageSet,
  type ImageShape,
  type Normalization,
  type PictureSet,
  type PixelSet,
  sharedIntegers,
} from '../image-set.ts';
import { openData } from '../open-data.ts';
import { holdsShards } from '../shard-list.ts';
import { subset } from '../subset.ts';
import { isIdxName, readIdxImages } from './idx-images.ts';
import { type NoiseKind, noiseImages, noiseKinds } from './noise.ts';
import { dataName } from './ood-text.ts';
import { randomWindows } from './random-windows.ts';
import { resizeImages } from './resize-images.ts';

/** What unknown images are made to fit: the images of a network. */
export interface KnownImages extends ImageShape {
  normalization: Normalization;
}

export interface OpenUnknownOptions {
  /** How many images of noise, where the text does not say (default 10,000, as in ODIN's sets). */
  images?: number | undefined;
  /** At most so many images: of a set that is read, the first of a shuffle (default: all). */
  limit?: number | undefined;
  /** Chooses the noise, the windows and the images under a limit, where the text does not say (default 0). */
  seed?: number | undefined;
  /** What a picture does of which no window can be decoded: stop (default), or be left out and counted. */
  onBadImage?: 'fail' | 'skip' | undefined;
}

/** Unknown images, and how many were left out while they were decoded into memory, where they were. */
export type UnknownImages = ImageSet & { badImages?: number };

const kinds =
  'uniform, gaussian, shapes, a folder of pictures, a folder or .tar.gz with CIFAR, a .bin file of CIFAR-10 records, ' +
  'an idx3-ubyte file (MNIST) or WebDataset shards';

/**
 * Opens images that a network does not know, by what a person would type, all with label 0 of one class:
 * - `uniform` and `gaussian`: noise, as in `uniform:images=10000,seed=0`;
 * - a folder: all pictures in it and in its folders, as in `photos:fit=window,seed=0`. `fit=stretch` (default) shows the
 *   whole picture as a square (above 64 pixels 256 / 224 of the image's size, of which the middle is shown);
 *   `fit=window` a random window of the image's size, not resized, in memory at once;
 * - CIFAR-10 or CIFAR-100 in the binary version (the test images), or one `.bin` file of CIFAR-10's records (a byte for
 *   the class, which may be any, and 3,072 for the pixels);
 * - gray images in the IDX format, MNIST's, as they are or in a `.gz`;
 * - anything else that `openData` opens: its test images.
 *
 * Images in memory of another size than the network's are resized, bilinearly.
 *
 * @throws where there is no such thing, or it is damaged; the message names the file and the way out
 */
export async function openUnknown(
  text: string,
  like: KnownImages,
  options: OpenUnknownOptions = {},
): Promise<UnknownImages> {
  const { path, options: typed } = parseDataText(text);
  const noise = noiseKinds.find((kind) => kind === path);
  if (noise !== undefined) return openNoise(noise, typed, like, options);
  checkExists(path);
  if (isFolder(path) && !holdsCifar(await readdir(path))) {
    const pictures = await picturesUnder(path);
    if (pictures.length > 0) return openPictures(path, typed, pictures, like, options);
    if (!holdsShards(path)) throw new Error(`${path}: expected ${kinds}; got a folder without pictures`);
  }
  const set = limited(unlabeled(await openSet(text, like), like), options.limit, options.seed);
  if (!('pictures' in set)) return resizeImages(set, like);
  if (set.height === like.height) return set;
  throw new Error(`${text}: expected the network's size, ${like.height}, got ${set.height}; leave out its size`);
}

function openNoise(
  kind: NoiseKind,
  typed: string,
  like: KnownImages,
  { images = 10_000, limit = Number.POSITIVE_INFINITY, seed = 0 }: OpenUnknownOptions,
): PixelSet {
  const chosen = parseOptions(kind, typed, { images: 'whole number', seed: 'whole number' });
  const length = Math.min(chosen.images ?? images, limit);
  if (!Number.isInteger(length) || length < 1) {
    throw new Error(`${kind}: expected images, and a limit, to be a whole number of at least 1, got ${length}`);
  }
  const name = `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  return noiseImages(kind, headerOf(name, length, like), chosen.seed ?? seed);
}

async function openPictures(
  path: string,
  typed: string,
  paths: readonly string[],
  like: KnownImages,
  { limit, seed: givenSeed = 0, onBadImage }: OpenUnknownOptions,
): Promise<UnknownImages> {
  const known = { fit: ['stretch', 'window'], seed: 'whole number' } as const;
  const { fit = 'stretch', seed = givenSeed } = parseOptions(path, typed, known);
  if (like.channels !== 3) throw new Error(`${path}: expected a network of 3 channels, got ${like.channels}`);
  const all: PictureSet = {
    ...headerOf(`${dataName(path)} (${fit})`, paths.length, like),
    labels: sharedIntegers(paths.length),
    pictures: paths.map((picture) => ({ path: picture })),
    fit: 'stretch',
  };
  const pictures = limited(all, limit, seed);
  return fit === 'window' ? randomWindows(pictures, { seed, onBadImage }) : pictures;
}

/** Everything else, at the size that it has. */
async function openSet(text: string, like: KnownImages): Promise<ImageSet> {
  const { path, options } = parseDataText(text);
  const isRecords = path.endsWith('.bin');
  if (!isRecords && !isIdxName(path)) return (await openData(text, { size: like.height })).test;
  if (options !== '') throw new Error(`${path}: expected no options for this file, got '${options}'; leave them out`);
  return isRecords ? readRecords(path) : readIdxImages(path, headerOf(dataName(path), 0, like));
}

/** CIFAR-10's records, with any byte as the class. */
async function readRecords(path: string): Promise<PixelSet> {
  const [folder, file] = [dirname(path), basename(path)];
  const layout = {
    name: dataName(path),
    folder: '',
    train: [],
    test: [file],
    labels: [{ classes: 256, namesFile: '' }],
  };
  return decodeCifar(layout, await readFolder(folder, new Set([file])), folder).test;
}

function headerOf(name: string, length: number, { channels, height, width, normalization }: KnownImages) {
  return { name, split: 'test' as const, classes: ['unknown'], length, channels, height, width, normalization };
}

function unlabeled<Images extends ImageSet>(set: Images, { normalization }: KnownImages): Images {
  return { ...set, classes: ['unknown'], labels: sharedIntegers(set.length), boxes: undefined, normalization };
}

function limited<Images extends ImageSet>(set: Images, limit = set.length, seed = 0): Images {
  return limit < set.length ? subset(set, limit, seed) : set;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Hidden files are passed over, and links to folders; the order is that of the paths' UTF-16 units. */
async function picturesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && pictureFile.test(entry.name));
  const names = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const isHidden = (name: string) => name.split(sep).some((part) => part.startsWith('.'));
  return names
    .filter((name) => !isHidden(name))
    .sort()
    .map((name) => join(folder, name));
}

function checkExists(path: string): void {
  if (path === 'shapes' || existsSync(path) || holdsShards(path)) return;
  const near = path.includes(sep) ? undefined : nearestWord(path, [...noiseKinds, 'shapes']);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  throw new Error(`unknown set: expected ${kinds}; got '${path}', which does not exist${hint}`);
}
