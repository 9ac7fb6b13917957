import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, CheckpointFolder } from '../../src/runs/index.ts';

/** The name of a run's checkpoint (default: the latest) and the SHA-256 of each of its files: equal where all bytes are. */
export function checkpointDigests(run: string, checkpoint?: Checkpoint): Record<string, string> {
  const { name, path } = checkpoint ?? latestOf(run);
  const digest = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(path, file)))
      .digest('hex');
  const files = readdirSync(path).sort();
  return { name, ...Object.fromEntries(files.map((file) => [file, digest(file)])) };
}

function latestOf(run: string): Checkpoint {
  const latest = new CheckpointFolder(join(run, 'checkpoints')).latest();
  if (!latest) throw new Error(`${run}: expected a checkpoint, got none`);
  return latest;
}

/** Those of all checkpoints of a run. */
export function allCheckpointDigests(run: string): Record<string, string>[] {
  return new CheckpointFolder(join(run, 'checkpoints')).list().map((checkpoint) => checkpointDigests(run, checkpoint));
}
