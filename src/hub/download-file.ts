import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import type { HubConnection } from './hub-connection.ts';
import { PartialFile } from './partial-file.ts';
import { PassingProblem, type RetryOptions, withRetries } from './retries.ts';

/** A file of a repository, and what the hub says of it. */
export interface RemoteFile {
  /** As people see it: `hf:owner/name: model.safetensors`. */
  title: string;
  /** Below the endpoint. */
  path: string;
  /** In bytes. */
  size: number;
  /** sha256 of a large file; of a small one git's: sha1 of `blob SIZE\0` and the bytes. */
  hash: string;
}

export interface DownloadOptions extends RetryOptions {
  /** Called with the bytes that have come, of the file's size. */
  onBytes?: ((done: number) => void) | undefined;
}

/**
 * Downloads a file to where it is to be: a part that an earlier try left is gone on with, the whole is compared with size and
 * hash, and only then has it its name. Several processes may do so at once.
 *
 * @param target its folder exists; nothing is done where the file is there
 * @throws where the hub does not give it, or other bytes; what came is then kept, but for other bytes
 */
export async function downloadFile(
  hub: HubConnection,
  file: RemoteFile,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  if (existsSync(target)) return;
  const partial = new PartialFile(target);
  try {
    const hadPart = partial.size > 0;
    await complete(hub, file, partial, options);
    let hash = await hashOf(partial.path, file);
    if (hash !== file.hash && hadPart) {
      // What was left behind may be of a disk that lost some of it.
      partial.restart();
      await complete(hub, file, partial, options);
      hash = await hashOf(partial.path, file);
    }
    if (hash !== file.hash) {
      partial.restart();
      throw new Error(
        `${file.title}: expected bytes of hash ${file.hash}, got ${hash}; they were thrown away: try again, or check HF_ENDPOINT`,
      );
    }
  } catch (error) {
    partial.leave();
    throw error;
  }
  partial.finish();
}

async function complete(
  hub: HubConnection,
  file: RemoteFile,
  partial: PartialFile,
  { onBytes = () => {}, ...retries }: DownloadOptions,
): Promise<void> {
  if (partial.size > file.size) partial.restart();
  const onStatus = (status: number) => {
    // Not the rest but all of it, or nothing.
    if (status !== 206) partial.restart();
    if (status === 416)
      throw new PassingProblem(`${file.title}: expected ${file.size} bytes, got fewer; try again later`);
  };
  const take = (bytes: Uint8Array) => {
    if (partial.size + bytes.length > file.size) {
      partial.restart();
      throw new Error(`${file.title}: expected ${file.size} bytes, got more; check HF_ENDPOINT`);
    }
    partial.append(bytes);
    onBytes(partial.size);
  };
  const work = async () => {
    if (partial.size === file.size) return;
    await hub.get(file.path, { from: partial.size, onStatus, take });
    if (partial.size === file.size) return;
    const problem = `${file.title}: expected ${file.size} bytes, got ${partial.size}`;
    throw new PassingProblem(`${problem}; try again: what has come is kept and gone on with`);
  };
  await withRetries(work, { ...retries, position: () => partial.size });
}

async function hashOf(path: string, { hash, size }: RemoteFile): Promise<string> {
  const digest = hash.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}
