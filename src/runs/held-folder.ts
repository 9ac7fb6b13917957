import { closeSync, fstatSync, openSync, readlinkSync, statSync } from 'node:fs';
// The lock alone: declarations of the whole folder would ask for Node's types.
import { FolderLock, type LockedFolder } from '../files/folder-lock.ts';

/**
 * A folder that is locked and kept hold of while it is written, so that it is found again where somebody moves or renames it, and so
 * that nothing is ever written to another one that has been given its name since.
 */
export class HeldFolder {
  readonly #kind: LockedFolder;
  readonly #lock: FolderLock;
  #path: string;
  #file: number | undefined;

  /** @throws as `FolderLock.acquire` */
  constructor(path: string, kind: LockedFolder) {
    this.#kind = kind;
    this.#path = path;
    this.#lock = FolderLock.acquire(path, kind);
    this.#file = openSync(path, 'r');
  }

  /**
   * Where it is now: the path that it was given by, for as long as this leads to it.
   *
   * @throws where it was removed, or was moved and the system does not say where to (it does on Linux)
   */
  get path(): string {
    if (this.#file === undefined || this.#isAt(this.#path)) return this.#path;
    const moved = openedPath(this.#file);
    if (moved === undefined || !this.#isAt(moved)) throw this.#gone(moved);
    this.#path = moved;
    return moved;
  }

  /** @throws where it is no longer where it was: for who has written down paths in it */
  checkUnmoved(): void {
    if (this.#file !== undefined && !this.#isAt(this.#path)) throw this.#gone(openedPath(this.#file));
  }

  /** Gives the lock back; its path is then the last one that was known. */
  close(): void {
    if (this.#file === undefined) return;
    this.#lock.release(this.#isAt(this.#path) ? this.#path : openedPath(this.#file));
    closeSync(this.#file);
    this.#file = undefined;
  }

  #isAt(path: string): boolean {
    const held = fstatSync(this.#file!, { bigint: true });
    const there = statSync(path, { bigint: true, throwIfNoEntry: false });
    return there !== undefined && there.ino === held.ino && there.dev === held.dev;
  }

  #gone(moved: string | undefined): Error {
    const got = statSync(this.#path, { throwIfNoEntry: false }) === undefined ? 'none' : 'another one';
    const where = moved !== undefined && this.#isAt(moved) ? `it is ${moved} now` : 'it was moved or removed';
    return new Error(
      `${this.#kind} folder ${this.#path}: expected the folder that is being written, got ${got}: ${where}. ` +
        'What is in it is whole: give the new path to go on',
    );
  }
}

/** The path of an open file or folder, as Linux tells it. */
function openedPath(file: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    return undefined;
  }
}
