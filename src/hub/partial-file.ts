import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode, writeError, writeFully } from '../files/index.ts';

let opened = 0;

/** A live download writes at least each half minute, or gives up its connection. */
const staleMilliseconds = 120_000;

/**
 * The part of a file that has come so far, beside where the file will be. Each process writes one of its own, so none waits
 * for another and none needs a lock; what one left behind, another takes over by a rename, which only one can win.
 */
export class PartialFile {
  readonly #target: string;
  readonly #path: string;
  readonly #file: number;
  #size: number;

  /** @param target the file that it will be; its folder exists */
  constructor(target: string) {
    this.#target = target;
    this.#path = `${target}.${ownMark()}-${++opened}.partial`;
    for (const left of leftBehind(target)) if (tryRename(left, this.#path)) break;
    try {
      this.#file = openSync(this.#path, 'a+');
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#size = fstatSync(this.#file).size;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  get path(): string {
    return this.#path;
  }

  append(bytes: Uint8Array): void {
    try {
      writeFully(this.#file, bytes);
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#size += bytes.length;
  }

  restart(): void {
    ftruncateSync(this.#file);
    this.#size = 0;
  }

  /** Makes it the file, in one instant. */
  finish(): void {
    closeSync(this.#file);
    // Gone where another took it for left behind, and then has finished it or will.
    if (!tryRename(this.#path, this.#target) && !existsSync(this.#target)) {
      throw new Error(`${this.#path}: expected what was downloaded, got no such file; try again`);
    }
  }

  /** Leaves what has come to the next try. */
  leave(): void {
    closeSync(this.#file);
    if (this.#size === 0) rmSync(this.#path, { force: true });
    else tryRename(this.#path, `${this.#target}.partial`);
  }
}

const ownMark = () => `${hostname().replace(/[^\w]/g, '_')}-${process.pid}`;

/** Parts of a file that nobody goes on with, the longest first. */
function leftBehind(target: string): string[] {
  const folder = dirname(target);
  const start = `${basename(target)}.`;
  const names = readdirSync(folder).filter((name) => name.startsWith(start) && name.endsWith('partial'));
  return names
    .flatMap((name) => {
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      return stats === undefined || isInUse(name.slice(start.length), stats.mtimeMs)
        ? []
        : [{ name, size: stats.size }];
    })
    .sort((a, b) => b.size - a.size)
    .map(({ name }) => join(folder, name));
}

function isInUse(mark: string, modified: number): boolean {
  if (mark === 'partial') return false;
  const [, host, pid] = /^(\w+)-(\d+)-\d+\.partial$/.exec(mark) ?? [];
  const isHere = host !== undefined && ownMark().startsWith(`${host}-`);
  if (isHere && !isAlive(Number(pid))) return false;
  return Date.now() - modified < staleMilliseconds;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw writeError(to, error);
  }
}
