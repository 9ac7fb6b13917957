import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { withVocBoxes } from '../boxes/with-boxes.ts';
import { type PictureLocation, pictureFile } from '../picture-location.ts';
import { defineDataSet } from './definition.ts';
import {
  type FoundPictures,
  labeledPictures,
  type PicturesByClass,
  pictureOptions,
  validationNames,
} from './labeled-pictures.ts';

/**
 * Pictures in one folder per class, which gives the class its name: ImageNet's layout (`train/CLASS/*.JPEG` and
 * `val/CLASS/*.JPEG`; `valid`, `validation` and `test` serve as well), or `CLASS/*.jpg` alone, of which a share of each
 * class is then set aside. Where there are both a folder for validation and `test`, epochs are chosen by the one and the
 * other is measured; a lone one is measured, as in the paper. Files are .jpg, .jpeg, .png or .webp in any case, directly in
 * the class's folder; others and hidden ones are passed over, and so is a `test` beside a `val` of which no folder is named as
 * a class: its pictures have no labels. Classes and files are in the order of their names' UTF-16 units, the same
 * everywhere.
 *
 * Beside `train`, a folder `Annotations` (in any case) may hold the boxes of pictures in PASCAL VOC's XML, as ImageNet's
 * do: those of the pictures to measure on are read, see `withBoxes`.
 *
 * Of pictures only names are read here; one is decoded when a batch needs it.
 */
export const imageFolder = defineDataSet({
  name: 'image-folder',
  description: 'a folder with a folder of pictures for each class (in train, val and test, or alone)',
  example: 'photos:size=64,testShare=0.1,seed=2',
  options: pictureOptions(),
  matches: (_path, names) => names !== undefined,
  async open(path, options) {
    const folders = await foldersIn(path);
    const name = basename(resolve(path));
    if (!(await holdsFolders(path, folders, 'train'))) {
      return labeledPictures(path, name, { train: await picturesIn(path) }, options);
    }
    const parts = labeledPictures(path, name, await partsIn(path, folders), options);
    const annotations = folders.find((folder) => folder.toLowerCase() === 'annotations');
    if (annotations === undefined) return parts;
    const { train, validation, test } = parts;
    const withBoxes = (set: typeof train) => withVocBoxes(set, join(path, annotations));
    return { train, ...(validation && { validation: withBoxes(validation) }), test: withBoxes(test) };
  },
});

/** What is in the folders beside each other; `train` is among them. */
async function partsIn(path: string, folders: readonly string[]): Promise<FoundPictures> {
  const train = await picturesIn(join(path, 'train'));
  const areParts = await Promise.all(validationNames.map((name) => holdsFolders(path, folders, name)));
  const validationName = validationNames.find((_, i) => areParts[i]);
  const validation = validationName === undefined ? undefined : await picturesIn(join(path, validationName));
  const hasTest = await holdsFolders(path, folders, 'test');
  if (validation === undefined) {
    if (hasTest) return { train, test: await picturesIn(join(path, 'test')) };
    await checkNoneUnsorted(path, folders);
    return { train };
  }
  // Tiny ImageNet's has one folder with all pictures, which is no class.
  const isLabeled = hasTest && (await foldersIn(join(path, 'test'))).some((name) => train.has(name));
  return isLabeled ? { train, validation, test: await picturesIn(join(path, 'test')) } : { train, test: validation };
}

async function holdsFolders(path: string, folders: readonly string[], name: string): Promise<boolean> {
  return folders.includes(name) && (await foldersIn(join(path, name))).length > 0;
}

/** Pictures to measure on without labels must not be left aside in silence, as ImageNet's come; those of `test` often have none. */
async function checkNoneUnsorted(path: string, folders: readonly string[]): Promise<void> {
  for (const name of validationNames.filter((name) => folders.includes(name))) {
    const folder = join(path, name);
    const unsorted = (await entriesIn(folder)).find(({ name: file }) => pictureFile.test(file));
    if (unsorted === undefined) continue;
    throw new Error(
      `${folder}: expected a folder of pictures for each class, as in train, got ${unsorted.name} beside no folder; ` +
        'sort them into such folders, or move the folder away to measure on a share of train',
    );
  }
}

async function picturesIn(path: string): Promise<PicturesByClass> {
  const pictures = new Map<string, PictureLocation[]>();
  for (const name of await foldersIn(path)) {
    const folder = join(path, name);
    const files = (await entriesIn(folder)).filter((entry) => !entry.isDirectory() && pictureFile.test(entry.name));
    pictures.set(
      name,
      files.map((file) => ({ path: join(folder, file.name) })),
    );
  }
  const empty = [...pictures].filter(([, { length }]) => length === 0).map(([name]) => name);
  if (pictures.size === 0 || empty.length === pictures.size) {
    throw new Error(
      `${path}: expected a folder of .jpg, .png or .webp pictures for each class, as in ${join(path, 'cat', '1.jpg')}, ` +
        `got ${pictures.size === 0 ? 'no folders' : 'no pictures in its folders'}`,
    );
  }
  if (empty.length > 0) {
    throw new Error(
      `${join(path, empty[0]!)}: expected .jpg, .png or .webp pictures of this class, got none` +
        `${empty.length > 1 ? ` (nor in ${empty.length - 1} other folders)` : ''}; add some or remove the folder`,
    );
  }
  return pictures;
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await entriesIn(path);
  const isFolder = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isSymbolicLink()) return entry.isDirectory();
      const target = join(path, entry.name);
      return (await readable(target, stat(target))).isDirectory();
    }),
  );
  return entries.filter((_, i) => isFolder[i]).map(({ name }) => name);
}

/** What is in a folder, without hidden names, in an order that does not depend on the machine's language. */
async function entriesIn(path: string): Promise<Dirent[]> {
  const entries = await readable(path, readdir(path, { withFileTypes: true }));
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readable<Result>(path: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: expected a folder that can be read, got ${reason}`, { cause: error });
  }
}
