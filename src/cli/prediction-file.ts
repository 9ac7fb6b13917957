/** What a network says of pictures, written as it comes: a line for each picture. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { ClassifiedPicture } from '../evaluate/index.ts';
import { csvLine, makeFolder, notAFile, writeError, writeFully } from '../files/index.ts';

/** How a kind of file says it: the line that it begins with, and the line of a picture. */
interface PredictionFormat {
  heading(topK: number): string;
  row(result: ClassifiedPicture, topK: number): string;
}

const formats: Readonly<Record<string, PredictionFormat>> = {
  '.csv': {
    heading(topK) {
      const ranked = Array.from({ length: topK - 1 }, (_, n) => [`class${n + 2}`, `probability${n + 2}`]);
      return csvLine(['path', 'class', 'probability', ...ranked.flat(), 'error']);
    },
    row({ path = '', top = [], error = '' }, topK) {
      const said = Array.from({ length: topK }, (_, rank) => {
        const one = top[rank];
        return one === undefined ? ['', ''] : [one.name, Number(one.probability.toPrecision(6))];
      });
      return csvLine([path, ...said.flat(), error]);
    },
  },
  '.jsonl': {
    heading: () => '',
    row: (result) => `${JSON.stringify(result)}\n`,
  },
};

/** So much text is written at once. */
const fullBuffer = 1 << 16;

/**
 * A file of predictions. Until the last one is in it, its name says `incomplete`; what stood under its own name stays
 * until then.
 */
export class PredictionFile {
  readonly path: string;
  /** What it is called while it is not whole. */
  readonly incompletePath: string;
  readonly #format: PredictionFormat;
  readonly #topK: number;
  readonly #file: number;
  #text: string;

  /**
   * @param path ends in `.csv` or `.jsonl`
   * @param topK the most classes that are told of a picture
   * @throws where it ends in something else or cannot be written
   */
  constructor(path: string, topK: number) {
    const extension = extname(path).toLowerCase();
    const format = formats[extension];
    if (format === undefined) {
      throw new Error(`--out: expected a file that ends in ${Object.keys(formats).join(' or ')}, got ${path}`);
    }
    const status = existsSync(path) ? statSync(path) : undefined;
    if (status?.isFile() === false)
      throw new Error(`--out: expected a file to write, got ${notAFile(status)}: ${path}`);
    makeFolder(dirname(path), '--out FILE');
    this.path = path;
    this.incompletePath = `${path.slice(0, path.length - extension.length)}.incomplete${extension}`;
    this.#format = format;
    this.#topK = topK;
    this.#text = format.heading(topK);
    this.#file = this.#told(() => openSync(this.incompletePath, 'w'));
  }

  add(result: ClassifiedPicture): void {
    this.#text += this.#format.row(result, this.#topK);
    if (this.#text.length >= fullBuffer) this.#write();
  }

  /** Gives it its own name. */
  finish(): void {
    this.#write();
    this.#told(() => {
      fsyncSync(this.#file);
      closeSync(this.#file);
      renameSync(this.incompletePath, this.path);
    });
  }

  /** Leaves what there is under the name that says so. */
  abandon(): void {
    try {
      this.#write();
    } finally {
      closeSync(this.#file);
    }
  }

  #write(): void {
    const text = this.#text;
    this.#text = '';
    this.#told(() => writeFully(this.#file, Buffer.from(text)));
  }

  #told<Result>(body: () => Result): Result {
    try {
      return body();
    } catch (error) {
      throw writeError(this.incompletePath, error);
    }
  }
}
