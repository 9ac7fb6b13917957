// Declarations say so too: programs need not know that `using` asks for it.
/// <reference lib="esnext.disposable" preserve="true" />
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  lockFileName,
  makeFolder,
  readRegularFile,
  syncFolder,
  temporaryPrefix,
  writeFileAtomically,
} from '../files/index.ts';
import { type Checkpoint, CheckpointFolder, type WriteCheckpointOptions } from './checkpoint-folder.ts';
import { HeldFolder } from './held-folder.ts';

const configName = 'config.json';
/** In bytes: more than the classes of any data set take. */
const largestJson = 100_000_000;
/** The version of the folder, in `config.json`. */
export const runFormat = 1;
/** The pictures that a training left out; not there where it left out none. */
export const badImagesName = 'bad-images.json';
/** The pictures that a training read although their files are odd; not there where none is. */
export const warnedImagesName = 'warned-images.json';

export interface OpenRunOptions {
  /** Take the lock and clear what a killed process left, in order to train on. Default false: only read. */
  write?: boolean;
}

/**
 * The folder of one run, which is all that the trainer shares with readers: `config.json`, `metrics.jsonl`, TensorBoard
 * event files and `checkpoints/`. A run opened for writing holds the run's lock until `close`, and is followed where it is
 * moved.
 */
export class RunFolder {
  readonly #given: string;
  /** Of a run that is being written. */
  readonly #held: HeldFolder | undefined;

  private constructor(path: string, held?: HeldFolder) {
    this.#given = path;
    this.#held = held;
  }

  /** Where it is, also after it was moved. @throws where it is being written, and was removed */
  get path(): string {
    return this.#held?.path ?? this.#given;
  }

  get checkpoints(): CheckpointFolder {
    return new CheckpointFolder(this.pathOf('checkpoints'));
  }

  /**
   * Starts a run, open for writing.
   *
   * @param config what `config.json` holds beside its format: everything resolved, with versions; anything JSON can say
   * @throws where the folder exists and is not empty, or another process is starting a run in it
   */
  static create(path: string, config: object): RunFolder {
    checkNewOrEmpty(path);
    makeFolder(path, '--run DIR');
    const held = new HeldFolder(path, 'run');
    try {
      // Again under the lock: another process may have started, and even ended, a run since.
      checkNewOrEmpty(path);
      const run = new RunFolder(path, held);
      run.writeJson(configName, { format: runFormat, ...config });
      mkdirSync(run.checkpoints.path, { recursive: true });
      syncFolder(path);
      return run;
    } catch (error) {
      held.close();
      throw error;
    }
  }

  /** @throws where there is no run, or where it is to be written and another process holds it */
  static open(path: string, { write = false }: OpenRunOptions = {}): RunFolder {
    if (!existsSync(join(path, configName))) {
      const found = existsSync(path) ? 'none there' : 'no such folder';
      throw new Error(
        `run folder ${path}: expected one with a ${configName}, got ${found}; ` +
          `check the path, or start a run with 'patchwork train --run ${path}'`,
      );
    }
    if (!write) return new RunFolder(path);
    const run = new RunFolder(path, new HeldFolder(path, 'run'));
    removeTemporaries(path);
    mkdirSync(run.checkpoints.path, { recursive: true });
    run.checkpoints.recover();
    return run;
  }

  /** What `create` was given, as JSON; validate it before trusting it. @throws where another version of Patchwork wrote it */
  readConfig(): Readonly<Record<string, unknown>> {
    const content = this.readJson(configName);
    if (typeof content === 'object' && content !== null && 'format' in content && content.format === runFormat) {
      return content as Readonly<Record<string, unknown>>;
    }
    const got = JSON.stringify((content as { format?: unknown } | null)?.format) ?? 'none';
    throw new Error(
      `${this.pathOf(configName)}: expected format ${runFormat}, got ${got}; the run was made by another version of ` +
        'Patchwork: train again, or use it with that one',
    );
  }

  /** @throws where the file is missing or not JSON */
  readJson(name: string): unknown {
    const path = this.pathOf(name);
    const bytes = readRegularFile(path, { expected: 'a JSON file', atMost: largestJson });
    // Editors may begin a file with a byte order mark.
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`${path}: expected JSON, got: ${(error as Error).message}`);
    }
  }

  /** Writes a JSON file of the folder, whole or not at all. NaN and infinities become null, as always in JSON. */
  writeJson(name: string, value: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
    this.#followed(() => writeFileAtomically(this.pathOf(name), [bytes]));
  }

  /** As {@link CheckpointFolder.write}. */
  writeCheckpoint(step: number, fill: (folder: string) => void, options?: WriteCheckpointOptions): Checkpoint {
    return this.#followed(() => this.checkpoints.write(step, fill, options));
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  /** Gives the lock back, if it is held. */
  close(): void {
    this.#held?.close();
  }

  /** Writes once more where the folder was moved while it was written to. */
  #followed<Result>(write: () => Result): Result {
    const before = this.path;
    try {
      return write();
    } catch (error) {
      if (this.path === before) throw error;
      return write();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function checkNewOrEmpty(path: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory())
    throw new Error(`run folder ${path}: expected a folder, got a file; use another --run`);
  if (existsSync(join(path, configName))) {
    throw new Error(
      `run folder ${path}: expected a new or empty folder, got one that holds a run; ` +
        `use another --run, or train on with 'patchwork resume ${path}'`,
    );
  }
  // A process killed while it started a run leaves its lock and perhaps a temporary file: nothing worth keeping.
  const others = readdirSync(path).filter((name) => name !== lockFileName && !name.startsWith(temporaryPrefix));
  if (others.length > 0) {
    throw new Error(
      `run folder ${path}: expected a new or empty folder, got one that holds ${others.slice(0, 3).join(', ')}; ` +
        'use another --run',
    );
  }
}

function removeTemporaries(path: string): void {
  for (const name of readdirSync(path)) {
    if (name.startsWith(temporaryPrefix)) rmSync(join(path, name), { recursive: true, force: true });
  }
}
