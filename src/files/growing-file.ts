import { closeSync, existsSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { writeError, writeFully } from './atomic-file.ts';
import { makeFolder } from './make-folder.ts';
import { notAFile } from './regular-file.ts';

/** So much text is written at once. */
const fullBuffer = 1 << 16;

/**
 * A text that is written as it comes. Until the last of it is there, the file's name says `incomplete`; what stood under its
 * own name stays until then.
 */
export class GrowingFile {
  readonly path: string;
  /** What it is called while it is not whole. */
  readonly incompletePath: string;
  readonly #file: number;
  #text: string;

  /**
   * @param beginning what it begins with
   * @throws where it cannot be written
   */
  constructor(path: string, beginning = '') {
    const status = existsSync(path) ? statSync(path) : undefined;
    if (status?.isFile() === false)
      throw new Error(`--out: expected a file to write, got ${notAFile(status)}: ${path}`);
    makeFolder(dirname(path), '--out FILE');
    const extension = extname(path);
    this.path = path;
    this.incompletePath = `${path.slice(0, path.length - extension.length)}.incomplete${extension}`;
    this.#text = beginning;
    this.#file = this.#told(() => openSync(this.incompletePath, 'w'));
  }

  write(text: string): void {
    this.#text += text;
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
