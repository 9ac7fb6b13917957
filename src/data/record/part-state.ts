/** What the images of a part are like now, cheaply: sizes and times of files; bytes only where they are asked for. */
import { createHash, type Hash } from 'node:crypto';
import type { Dataset, LabeledImages, Part } from '../dataset.ts';
import { imageName } from '../image-name.ts';
import { imageAt } from '../images.ts';
import { contentsOf } from './contents.ts';
import { type FileStates, fileStates, noFile } from './file-states.ts';
import type { PictureRow } from './picture-row.ts';

// A digest takes long texts at once much faster than short ones one by one.
const rowsAtOnce = 4096;

/** The images of one part of a data set, as a record of them is made and compared. */
export class PartState {
  readonly part: Part;
  readonly length: number;
  /** Whether each image is a picture with a name of its own; images in memory or drawn are known as a whole. */
  readonly hasPictures: boolean;
  readonly #set: Dataset;
  readonly #name: (index: number) => string;
  /** Bytes of each picture, and when it was written, in milliseconds since 1970. */
  readonly #bytes: Float64Array;
  readonly #times: Float64Array;
  /** What is known of contents without reading them: of a record's pictures that have not changed since. */
  readonly #contents = new Map<number, string | undefined>();

  /** Looks at every picture of a part. @param folder of the data: names begin there */
  static async of(set: Dataset, part: Part, folder: string): Promise<PartState> {
    return new PartState(set, part, folder, await pictureStates(set));
  }

  private constructor(set: Dataset, part: Part, folder: string, { bytes, times }: FileStates) {
    this.part = part;
    this.length = set.length;
    this.hasPictures = 'pictures' in set;
    this.#set = set;
    this.#name = imageName(folder, set);
    this.#bytes = bytes;
    this.#times = times;
  }

  /** Of all pictures together. */
  get totalBytes(): number {
    return this.#bytes.reduce((sum, bytes) => sum + Math.max(0, bytes), 0);
  }

  /** Image `index` as a record has it, with its contents where they are known. */
  row(index: number): PictureRow {
    const contents = this.#contents.get(index);
    return {
      part: this.part,
      path: this.#name(index),
      bytes: this.#bytes[index]!,
      time: this.#times[index]!,
      target: this.#target(index),
      ...(contents !== undefined && { contents }),
    };
  }

  /** What stands for a picture's contents; read once. Undefined where the file cannot be read: the loader says why. */
  contents(index: number): string | undefined {
    if (!this.#contents.has(index)) this.#contents.set(index, this.#read(index));
    return this.#contents.get(index);
  }

  /** Takes over from a record what a picture holds that is as it was. */
  keepContents(index: number, contents: string | undefined): void {
    if (contents !== undefined) this.#contents.set(index, contents);
  }

  /** Stands for the part as it is on this disk: names, sizes, times and targets; of images in memory, their pixels. */
  state(): string {
    const hash = createHash('sha256');
    this.#addNames(hash, (index) => this.#name(index));
    hash.update(this.#bytes).update(this.#times);
    this.#addPixels(hash);
    this.#addTargets(hash);
    return hash.digest('hex');
  }

  /**
   * Stands for the part wherever it is: names, contents and targets; of contents that were not read, the size. Two parts
   * with the same are the same data.
   */
  fingerprint(): string {
    const hash = createHash('sha256');
    this.#addNames(hash, (index) => `${this.#name(index)}\n${this.#contents.get(index) ?? this.#bytes[index]}`);
    this.#addPixels(hash);
    this.#addTargets(hash);
    return hash.digest('hex');
  }

  #addNames(hash: Hash, textOf: (index: number) => string): void {
    hash.update(`${this.length}\n`);
    const count = this.#bytes.length;
    for (let start = 0; start < count; start += rowsAtOnce) {
      let text = '';
      for (let index = start; index < Math.min(count, start + rowsAtOnce); index++) text += `${textOf(index)}\n`;
      hash.update(text);
    }
  }

  #addPixels(hash: Hash): void {
    if ('images' in this.#set) hash.update(this.#set.images);
  }

  #addTargets(hash: Hash): void {
    if (isLabeled(this.#set)) {
      hash.update(JSON.stringify(this.#set.classes)).update(this.#set.labels);
      return;
    }
    for (let index = 0; index < this.length; index++) hash.update(`${this.#target(index)}\n`);
  }

  /** The name of the image's class. Targets that are no classes are not recorded. */
  #target(index: number): string {
    return isLabeled(this.#set) ? this.#set.classes[this.#set.labels[index]!]! : '';
  }

  #read(index: number): string | undefined {
    if ('images' in this.#set) return contentsOf(imageAt({ ...this.#set }, index));
    return 'pictures' in this.#set && this.#bytes[index] !== noFile
      ? contentsOf(this.#set.pictures[index]!)
      : undefined;
  }
}

function isLabeled(set: Dataset): set is LabeledImages {
  return 'labels' in set;
}

/** Size and time of each picture; one in an archive has the archive's time. None of images in memory. */
async function pictureStates(set: Dataset): Promise<FileStates> {
  if (!('pictures' in set)) return fileStates([]);
  const archives = [...new Set(set.pictures.flatMap(({ path, member }) => (member === undefined ? [] : [path])))];
  if (archives.length === 0) return fileStates(set.pictures.map(({ path }) => path));
  const places = new Map(archives.map((path, place) => [path, place]));
  const others = set.pictures.filter(({ member }) => member === undefined).map(({ path }) => path);
  const found = await fileStates([...archives, ...others]);
  let next = archives.length;
  const placeOf = set.pictures.map(({ path, member }) => (member === undefined ? next++ : places.get(path)!));
  return {
    bytes: Float64Array.from(placeOf, (place, index) => set.pictures[index]!.member?.size ?? found.bytes[place]!),
    times: Float64Array.from(placeOf, (place) => found.times[place]!),
  };
}
