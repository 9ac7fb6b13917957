/** A training that is killed again and again, and goes on each time. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomStream } from '../../src/random/index.ts';
import { type Started, startPatchwork } from './command-line.ts';

export interface KillOptions {
  kills: number;
  /** Decides the moments. */
  random: RandomStream;
  /** Called after each kill. */
  onKill?: (kill: { number: number; insideWrite: boolean; checkpoints: string[] }) => void;
}

/**
 * Trains into `run` by `patchwork train`, ends it by SIGKILL at random moments, and goes on by `patchwork resume`, until
 * that many kills are done; then lets it finish. Answers how many there really were, and how many of them came while a
 * checkpoint was being written or removed.
 */
export async function trainUnderKills(
  run: string,
  trainFlags: readonly string[],
  { kills, random, onKill = () => {} }: KillOptions,
): Promise<{ kills: number; insideWrites: number }> {
  const done = { kills: 0, insideWrites: 0 };
  for (;;) {
    // Killed before there was a run, there is nothing to resume, and the same command starts it.
    const starts = !existsSync(join(run, 'config.json'));
    const process = startPatchwork(starts ? ['train', ...trainFlags, '--run', run] : ['resume', run]);
    if (done.kills < kills) await killAtRandom(process, join(run, 'checkpoints'), random);
    const { code, signal, errors } = await process.ended;
    if (signal !== 'SIGKILL') {
      if (code === 0) return done;
      throw new Error(`patchwork ended with exit status ${code} after ${done.kills} kills: ${errors}`);
    }
    done.kills++;
    const checkpoints = namesIn(join(run, 'checkpoints'));
    const insideWrite = checkpoints.some((name) => name.startsWith('.'));
    if (insideWrite) done.insideWrites++;
    onKill({ number: done.kills, insideWrite, checkpoints });
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

/** Most kills come some steps after the first new checkpoint of this process, one in five while it is starting. */
async function killAtRandom({ child }: Started, checkpoints: string, random: RandomStream): Promise<void> {
  const running = () => child.exitCode === null && child.signalCode === null;
  if (random.uniform() < 0.2) {
    await pause(random.uniform() * 1000);
  } else {
    const before = namesIn(checkpoints).join();
    while (running() && namesIn(checkpoints).join() === before) await pause(2);
    await pause(random.uniform() * 250);
  }
  child.kill('SIGKILL');
}
