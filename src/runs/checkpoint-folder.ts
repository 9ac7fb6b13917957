import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode, FullDiskError, isFullDisk, syncFolder, temporaryPrefix } from '../files/index.ts';

/** One checkpoint: a folder `step-00001234` that is whole or not there. */
export interface Checkpoint {
  name: string;
  /** Training steps done when it was written. */
  step: number;
  path: string;
}

export interface WriteCheckpointOptions {
  /** Whether it is the best so far. Default false. */
  best?: boolean;
}

// Inside the checkpoint, not in a list beside it: the rename that makes the checkpoint appear makes it the best one in
// the same instant, so a run killed in between cannot disagree with itself.
const bestMarker = 'best';

const replacedPrefix = '.replaced-';

/** The checkpoints of a run. Reading (`list`, `latest`, `best`) needs no lock; only one process may write. */
export class CheckpointFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** All whole checkpoints, earliest first; none where the folder is missing. */
  list(): Checkpoint[] {
    const names = readdirIfThere(this.path);
    const checkpoints: Checkpoint[] = [];
    for (const place of names) {
      const [, replaced, digits] = /^(\.replaced-)?step-(\d{8,})$/.exec(place) ?? [];
      if (digits === undefined) continue;
      const checkpoint = this.#at(Number(digits));
      // Between the two renames of a replacement the old one is all there is, and whole.
      if (replaced === undefined) checkpoints.push(checkpoint);
      else if (!names.includes(checkpoint.name)) checkpoints.push({ ...checkpoint, path: join(this.path, place) });
    }
    return checkpoints.sort((a, b) => a.step - b.step);
  }

  latest(): Checkpoint | undefined {
    return this.list().at(-1);
  }

  /** The last one that was written as the best so far. */
  best(): Checkpoint | undefined {
    return this.list().findLast(({ path }) => existsSync(join(path, bestMarker)));
  }

  /**
   * Writes a checkpoint: `fill` puts its files into the folder it is given, which then gets its name in one rename. One
   * of the same step is replaced. The folder of the checkpoints must be there: one that was moved is not begun anew.
   *
   * @throws FullDiskError where the disk is full. After any error the half-written folder is removed and every earlier
   *   checkpoint is as it was.
   */
  write(step: number, fill: (folder: string) => void, { best = false }: WriteCheckpointOptions = {}): Checkpoint {
    const checkpoint = this.#at(step);
    const temporary = join(this.path, `${temporaryPrefix}${step}-${process.pid}`);
    try {
      rmSync(temporary, { recursive: true, force: true });
      mkdirSync(temporary);
      fill(temporary);
      if (best) writeFileSync(join(temporary, bestMarker), '');
      syncTree(temporary);
      this.#putInPlace(temporary, checkpoint);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw isFullDisk(error) ? new FullDiskError(checkpoint.path, error) : error;
    }
    return checkpoint;
  }

  /** Removes every checkpoint but those named; names that are not there are ignored. */
  prune(keep: readonly string[]): void {
    for (const { name, path } of this.list()) {
      if (!keep.includes(name)) this.#remove(path, name);
    }
  }

  /** Clears what a killed process left; call it only while holding the run's lock. */
  recover(): void {
    if (!existsSync(this.path)) return;
    for (const name of readdirSync(this.path)) {
      const path = join(this.path, name);
      if (name.startsWith(temporaryPrefix)) rmSync(path, { recursive: true, force: true });
      if (!name.startsWith(replacedPrefix)) continue;
      // Killed between the two renames of a replacement: the old one is all there is, so it gets its name back.
      const original = join(this.path, name.slice(replacedPrefix.length));
      if (existsSync(original)) this.#remove(path, name);
      else renameSync(path, original);
    }
    syncFolder(this.path);
  }

  #at(step: number): Checkpoint {
    const name = `step-${String(step).padStart(8, '0')}`;
    return { name, step, path: join(this.path, name) };
  }

  #putInPlace(temporary: string, { name, path }: Checkpoint): void {
    // A folder cannot be renamed onto one that holds files, so an old one of that name steps aside first.
    const replaced = join(this.path, `${replacedPrefix}${name}`);
    const replaces = existsSync(path);
    if (replaces) renameSync(path, replaced);
    renameSync(temporary, path);
    syncFolder(this.path);
    if (replaces) this.#remove(replaced, name);
  }

  /** Out of sight first: a removal that is cut short must not leave a checkpoint with files missing. */
  #remove(path: string, name: string): void {
    const doomed = join(this.path, `${temporaryPrefix}removed-${name}`);
    rmSync(doomed, { recursive: true, force: true });
    renameSync(path, doomed);
    rmSync(doomed, { recursive: true, force: true });
  }
}

function readdirIfThere(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Syncs every file and folder below a folder, and the folder itself. */
function syncTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) syncTree(child);
    else syncFile(child);
  }
  syncFolder(path);
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
