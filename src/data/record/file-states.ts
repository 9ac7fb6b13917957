/** Sizes and times of many files. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { sharedBytes } from '../images.ts';
import { startThread } from '../worker-thread.ts';

/** The size of what is not there, or is no file. */
export const noFile = -1;

export interface FileStates {
  /** Of each file; {@link noFile} where there is none. */
  bytes: Float64Array;
  /** When each was written, in milliseconds since 1970. */
  times: Float64Array;
}

/** What a second thread looks at; the numbers are in shared memory. */
export interface FilesOfThread extends FileStates {
  /** Joined by zero bytes, which no path holds: one text is copied faster than many. */
  paths: string;
}

// Looking at this many takes longer than starting a thread.
const enoughForTwo = 50_000;

/** Looks at files, on two threads where they are many. @param paths in any order */
export async function fileStates(paths: readonly string[]): Promise<FileStates> {
  const numbers = () => new Float64Array(sharedBytes(paths.length * Float64Array.BYTES_PER_ELEMENT).buffer);
  const all = { bytes: numbers(), times: numbers() };
  const half = paths.length < enoughForTwo ? paths.length : Math.floor(paths.length / 2);
  const rest: FilesOfThread = {
    paths: paths.slice(half).join('\0'),
    bytes: all.bytes.subarray(half),
    times: all.times.subarray(half),
  };
  const ended = half < paths.length && once(startThread(import.meta.url, 'file-states-thread', rest), 'exit');
  lookAt(paths.slice(0, half), all);
  await ended;
  return all;
}

/** Looks at each file and fills the numbers in. */
export function lookAt(paths: readonly string[], { bytes, times }: FileStates): void {
  for (const [index, path] of paths.entries()) {
    const found = statSync(path, { throwIfNoEntry: false });
    const isFile = found?.isFile() === true;
    bytes[index] = isFile ? found.size : noFile;
    times[index] = isFile ? found.mtimeMs : 0;
  }
}
