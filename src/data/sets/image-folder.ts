import { stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { withVocBoxes } from '../boxes/with-boxes.ts';
import type { Part } from '../dataset.ts';
import { type PictureLocation, pictureFile } from '../picture-location.ts';
import { defineDataSet } from './definition.ts';
import { type FoundPictures, labeledPictures, type PicturesByClass, pictureOptions } from './labeled-pictures.ts';
import { namesOf, partCalled, partsNamed } from './part-names.ts';
import { PassedOverList, passedOverText } from './passed-over.ts';
import { entriesIn, isPictureFile, picturesUnder, readable } from './picture-files.ts';

/**
 * Pictures in one folder per class, which gives the class its name: ImageNet's layout (`train/CLASS/*.JPEG` and
 * `val/CLASS/*.JPEG`; `valid`, `validation` and `test` serve as well, in any case), or `CLASS/*.jpg` alone, of which a share
 * of each class is then set aside. Where there are both a folder for validation and `test`, epochs are chosen by the one and
 * the other is measured; a lone one is measured, as in the paper. Pictures are JPEG, PNG, WebP and TIFF files in the class's
 * folder and in folders inside of it; a name without a picture's ending is judged by the first bytes. All else is passed over and
 * counted, as is a `test` beside a `val` of which no folder is named as a class: its pictures have no labels. Classes and files
 * are in the order of their names' UTF-16 units, the same everywhere.
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
    const reader = new FolderReader(path);
    const name = basename(resolve(path));
    const folders = await foldersIn(path);
    const parts = labeledPictures(path, name, await reader.read(folders), options);
    const annotations = folders.find(isAnnotations);
    if (annotations === undefined || reader.isOfClasses) return parts;
    const withBoxes = (set: typeof parts.train) => withVocBoxes(set, join(path, annotations));
    const { validation, test } = parts;
    return { ...parts, ...(validation && { validation: withBoxes(validation) }), test: withBoxes(test) };
  },
});

const isAnnotations = (folder: string) => folder.toLowerCase() === 'annotations';

const withoutLabel = 'a picture without a label';

/** Reads the folders of one data set. */
class FolderReader {
  readonly #path: string;
  readonly #passedOver = new PassedOverList();
  /** Whether there are folders of classes alone. */
  isOfClasses = false;

  constructor(path: string) {
    this.#path = path;
  }

  async read(folders: readonly string[]): Promise<FoundPictures> {
    const parts = await this.#partsAmong(folders);
    const found = parts.train === undefined ? await this.#classesAlone(parts) : await this.#parts(parts, folders);
    return { ...found, passedOver: this.#passedOver.list() };
  }

  /** The folder of each part: one that is called so and has folders in it. @throws where two are one part's, or are nearly called so */
  async #partsAmong(folders: readonly string[]): Promise<Partial<Record<Part, string>>> {
    const parts: Partial<Record<Part, string>> = {};
    const nearly: string[] = [];
    for (const name of folders) {
      if (partsNamed(name).size === 0 || !(await holdsFolders(join(this.#path, name)))) continue;
      const part = partCalled(name);
      if (part === undefined) nearly.push(name);
      else if (parts[part] === undefined) parts[part] = name;
      else {
        throw new Error(
          `${this.#path}: expected one folder for each part, got ${parts[part]} and ${name}; merge, rename or move one`,
        );
      }
    }
    const namedParts = new Set([...Object.values(parts), ...nearly].flatMap((name) => [...partsNamed(name)]));
    if (nearly.length === 0 || namedParts.size < 2) return parts;
    throw new Error(
      `${this.#path}: expected folders called ${namesOf('train')}, ${namesOf('validation')}, and ${namesOf('test')}, got ` +
        `${nearly.join(' and ')}; rename or move them`,
    );
  }

  async #classesAlone(parts: Partial<Record<Part, string>>): Promise<FoundPictures> {
    const [other] = Object.values(parts);
    if (other !== undefined) {
      throw new Error(
        `${this.#path}: expected a folder train beside ${other}, got none; add or rename it, or, where ${other} is a class, ` +
          'take its pictures out of the folders in it',
      );
    }
    this.isOfClasses = true;
    await this.#checkUnzippedOnce(this.#path);
    return { train: await this.#picturesIn(this.#path) };
  }

  /** What is in the folders beside each other. */
  async #parts(names: Partial<Record<Part, string>>, folders: readonly string[]): Promise<FoundPictures> {
    const inPart = (name: string) => this.#picturesIn(join(this.#path, name));
    await this.#checkUnzippedOnce(join(this.#path, names.train!));
    const train = await inPart(names.train!);
    const { validation, test } = names;
    const isLabeled = test !== undefined && (validation === undefined || (await this.#hasClassOf(test, train)));
    if (validation === undefined && test === undefined) await this.#checkNoneUnsorted(folders);
    await this.#passBeside(Object.values(names), folders, validation ?? test);
    if (test !== undefined && !isLabeled) await this.#pass(test, withoutLabel, false);
    const found = {
      ...(validation !== undefined && { validation: await inPart(validation) }),
      ...(isLabeled && { test: await inPart(test) }),
    };
    return found.validation && !found.test ? { train, test: found.validation } : { train, ...found };
  }

  /** Tiny ImageNet's test part has one folder with all pictures, which is no class. */
  async #hasClassOf(part: string, train: PicturesByClass): Promise<boolean> {
    const classes = new Set([...train.keys()].map((name) => name.normalize('NFC')));
    return (await foldersIn(join(this.#path, part))).some((name) => classes.has(name.normalize('NFC')));
  }

  /** Pictures to measure on without labels must not be left aside in silence, as ImageNet's come; those of `test` often have none. */
  async #checkNoneUnsorted(folders: readonly string[]): Promise<void> {
    for (const name of folders.filter((name) => partCalled(name) === 'validation')) {
      const folder = join(this.#path, name);
      const [unsorted] = await picturesUnder(folder, this.#path, new PassedOverList());
      if (unsorted === undefined) continue;
      throw new Error(
        `${folder}: expected a folder of pictures for each class, as in train, got ${basename(unsorted)} beside no folder; ` +
          'sort them into such folders, or move the folder away to measure on a share of train',
      );
    }
  }

  /** Without a part to measure on, pictures in another folder may be meant for it; else what is beside parts is none of the data. */
  async #passBeside(parts: readonly string[], folders: readonly string[], measured: string | undefined): Promise<void> {
    await this.#passFiles(this.#path);
    for (const name of folders.filter((name) => !parts.includes(name) && !isAnnotations(name))) {
      const isUnsorted = partCalled(name) !== undefined || partsNamed(name).has('test');
      if (measured !== undefined && !isUnsorted) this.#passedOver.ignore('a folder beside the parts', name);
      else await this.#pass(name, isUnsorted ? withoutLabel : 'a picture in a folder that is no part', !isUnsorted);
    }
  }

  async #pass(folder: string, reason: string, isLoss: boolean): Promise<void> {
    for (const path of await picturesUnder(join(this.#path, folder), this.#path, new PassedOverList())) {
      const name = relative(this.#path, path);
      if (isLoss) this.#passedOver.lose(reason, name);
      else this.#passedOver.ignore(reason, name);
    }
  }

  /** The files beside folders. */
  async #passFiles(folder: string): Promise<void> {
    for (const entry of await entriesIn(folder, this.#passedOver, this.#path)) {
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(folder, entry.name))))) continue;
      if (!isPictureFile(folder, entry, this.#path, this.#passedOver)) continue;
      this.#passedOver.lose('a picture in no folder of a class', relative(this.#path, join(folder, entry.name)));
    }
  }

  async #picturesIn(path: string): Promise<PicturesByClass> {
    const pictures = new Map<string, PictureLocation[]>();
    for (const name of await foldersIn(path)) {
      const files = await picturesUnder(join(path, name), this.#path, this.#passedOver);
      pictures.set(
        name,
        files.map((file) => ({ path: file })),
      );
    }
    await this.#passFiles(path);
    const empty = [...pictures].filter(([, { length }]) => length === 0).map(([name]) => name);
    if (pictures.size === 0 || empty.length === pictures.size) {
      throw new Error(
        `${path}: expected a folder of .jpg, .png, .webp or .tif pictures for each class, as in ` +
          `${join(path, 'cat', '1.jpg')}, got ${pictures.size === 0 ? 'no folders' : 'no pictures in its folders'}${this.#lostText()}`,
      );
    }
    if (empty.length > 0) {
      throw new Error(
        `${join(path, empty[0]!)}: expected .jpg, .png, .webp or .tif pictures of this class, got none` +
          `${empty.length > 1 ? ` (nor in ${empty.length - 1} other folders)` : ''}${this.#lostText()}; add some or remove the folder`,
      );
    }
    return pictures;
  }

  #lostText(): string {
    const lost = this.#passedOver.list().filter(({ isLoss }) => isLoss);
    return lost.length === 0 ? '' : `, passed over ${passedOverText(lost)}`;
  }

  /** A folder around the data, as archives leave it, would be the only class. */
  async #checkUnzippedOnce(path: string): Promise<void> {
    const folders = await foldersIn(path);
    const [only] = folders;
    if (only === undefined || folders.length > 1) return;
    const inside = await foldersIn(join(path, only));
    if (inside.length < 2) return;
    throw new Error(
      `${path}: expected a folder of pictures for each class, got one folder, ${only}, with ${inside.length} folders in it ` +
        `(${inside.slice(0, 3).join(', ')}${inside.length > 3 ? ', ...' : ''}); if these are meant, ` +
        (path === this.#path ? `give ${join(path, only)}` : `move them up to ${path}`),
    );
  }
}

async function holdsFolders(path: string): Promise<boolean> {
  return (await foldersIn(path)).length > 0;
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await entriesIn(path);
  const areFolders = await Promise.all(
    entries.map((entry) => (entry.isSymbolicLink() ? isFolder(join(path, entry.name)) : entry.isDirectory())),
  );
  return entries.filter((_, i) => areFolders[i]).map(({ name }) => name);
}

/** @throws where a link leads nowhere that is not called as a picture: it may be a class */
async function isFolder(link: string): Promise<boolean> {
  const target = stat(link);
  const reading = pictureFile.test(link) ? target.catch(() => undefined) : readable(link, target);
  return (await reading)?.isDirectory() ?? false;
}
