import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { temporaryPrefix, writeError } from './atomic-file.ts';
import { errorCode, FileError } from './system-errors.ts';

/** Who holds a lock. The start time tells a process from a later one that was given the same id. */
interface LockOwner {
  pid: number;
  startTime: string;
  host: string;
}

/** The file of a folder that says who holds it. */
export const lockFileName = 'run.lock';

/** Kinds of folders that are locked, and the flag that names another one. */
const flags = { run: '--run', experiment: '--out' } as const;

export type LockedFolder = keyof typeof flags;

/**
 * Keeps two processes from training into the same folder of a run, or of an experiment. The lock of a process that is
 * gone (killed, or before a restart of the machine) is taken over; one of another machine cannot be judged from here and
 * is left alone.
 */
export class FolderLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** @throws where a living process, or one on another machine, holds the lock */
  static acquire(folder: string, kind: LockedFolder = 'run'): FolderLock {
    const path = join(folder, lockFileName);
    const owner: LockOwner = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '', host: hostname() };
    const text = `${JSON.stringify(owner)}\n`;
    for (let attempt = 0; attempt < 3; attempt++) {
      if (createLock(folder, path, text)) return new FolderLock(path, text);
      removeStale(folder, path, kind);
    }
    throw new Error(
      `${kind} folder ${folder}: expected a lock that one process wants, got several starting at once; try again`,
    );
  }

  /** @param folder where it is now. Default: where it was locked. */
  release(folder?: string): void {
    const path = folder === undefined ? this.#path : join(folder, lockFileName);
    if (readIfThere(path) === this.#text) rmSync(path, { force: true });
  }
}

/** A link appears whole or not at all, and fails where the name is taken; a file opened and then written would not. */
function createLock(folder: string, path: string, text: string): boolean {
  const temporary = join(folder, `${temporaryPrefix}${process.pid}-lock`);
  try {
    writeFileSync(temporary, text);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw writeError(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function removeStale(folder: string, path: string, kind: LockedFolder): void {
  const text = readIfThere(path);
  if (text === undefined) return;
  const owner = parseOwner(text);
  if (owner !== undefined && !isGone(owner)) {
    throw new Error(
      `${kind} folder ${folder}: expected no other process to train into it, got process ${owner.pid} on ${owner.host}; ` +
        `wait for it or stop it (if it is gone for certain, delete ${path}), or use another ${flags[kind]}`,
    );
  }
  // Another process may have replaced the stale lock since it was read: move it aside and look at what was moved.
  const aside = join(folder, `${temporaryPrefix}${process.pid}-stale-lock`);
  try {
    renameSync(path, aside);
    if (readIfThere(aside) !== text) linkSync(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** What no process can have written names none: undefined, and the lock is stale. */
function parseOwner(text: string): LockOwner | undefined {
  try {
    const { pid, startTime = '', host } = JSON.parse(text) as Partial<Record<keyof LockOwner, unknown>>;
    if (!isProcessId(pid) || typeof startTime !== 'string' || typeof host !== 'string') return undefined;
    return { pid, startTime, host };
  } catch {
    return undefined;
  }
}

/** 0 and numbers below it are groups of processes to the system, and those beyond 2^31 - 1 it does not take. */
function isProcessId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 2 ** 31;
}

function isGone({ pid, startTime, host }: LockOwner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
  return startTime !== '' && startTimeOf(pid) !== startTime;
}

/** When a process started: the boot and the clock ticks since. Undefined where the system does not say (not Linux). */
function startTimeOf(pid: number): string | undefined {
  const boot = readIfThere('/proc/sys/kernel/random/boot_id')?.trim();
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (boot === undefined || stat === undefined) return undefined;
  // Field 22 of the line, counted after the program's name, which is in brackets and may hold spaces.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return `${boot} ${ticks}`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return undefined;
    throw new FileError(path, 'a file that can be read', error, 'remove it where no training is under way');
  }
}
