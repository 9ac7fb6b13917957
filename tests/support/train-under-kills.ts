/** Trainings that are killed again and again, and go on each time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomStream } from '../../src/random/index.ts';
import { CheckpointFolder, parseState } from '../../src/runs/index.ts';
import { type Started, startPatchwork } from './command-line.ts';

/** What is killed. */
export interface Victim {
  /** What is typed, each time. */
  words: () => readonly string[];
  /** The run folders that it makes; not all need be there. */
  runs: () => readonly string[];
  /** Folder to run in. Default: that of the tests. */
  cwd?: string;
  /** How many of the kills come at a moment of the first seconds, not after a checkpoint. Default 0.2. */
  early?: { share: number; seconds: number };
}

export interface KillOptions {
  kills: number;
  /** Decides the moments. */
  random: RandomStream;
  /** Called after each kill. */
  onKill?: (kill: { number: number; insideWrite: boolean; afterBest: boolean; checkpoints: string[] }) => void;
}

/** How many kills there really were, how many of them came while a checkpoint was being written or removed, and how many
 * after an epoch that is the best. */
export interface Kills {
  kills: number;
  insideWrites: number;
  afterBest: number;
}

/** Trains into `run` by `patchwork train`, and goes on by `patchwork resume`; else as {@link underKills}. */
export function trainUnderKills(run: string, trainFlags: readonly string[], options: KillOptions): Promise<Kills> {
  // Killed before there was a run, there is nothing to resume, and the same command starts it.
  const isThere = () => existsSync(join(run, 'config.json'));
  const words = () => (isThere() ? ['resume', run] : ['train', ...trainFlags, '--run', run]);
  return underKills({ words, runs: () => [run] }, options);
}

/** Runs a command, ends it by SIGKILL at random moments, and goes on, until that many kills are done; then lets it finish. */
export async function underKills(victim: Victim, { kills, random, onKill = () => {} }: KillOptions): Promise<Kills> {
  const done = { kills: 0, insideWrites: 0, afterBest: 0 };
  for (;;) {
    const process = startPatchwork(victim.words(), victim.cwd === undefined ? {} : { cwd: victim.cwd });
    if (done.kills < kills) await killAtRandom(process, victim, random);
    const { code, signal, errors } = await process.ended;
    if (signal !== 'SIGKILL') {
      if (code === 0) return done;
      throw new Error(`patchwork ended with exit status ${code} after ${done.kills} kills: ${errors}`);
    }
    done.kills++;
    const checkpoints = checkpointNames(victim);
    const insideWrite = checkpoints.some((name) => name.startsWith('.'));
    const afterBest = victim.runs().some(isAfterBest);
    done.insideWrites += Number(insideWrite);
    done.afterBest += Number(afterBest);
    onKill({ number: done.kills, insideWrite, afterBest, checkpoints });
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

const checkpointNames = ({ runs }: Victim): string[] => runs().flatMap((run) => namesIn(join(run, 'checkpoints')));

/** Whether the last checkpoint of a run comes after an epoch that was the best. */
export function isAfterBest(run: string): boolean {
  const latest = new CheckpointFolder(join(run, 'checkpoints')).latest();
  if (latest === undefined) return false;
  const { best, epoch, stepInEpoch } = parseState(readFileSync(join(latest.path, 'state.json'), 'utf8'));
  return best !== null && (stepInEpoch > 0 || epoch > best.epoch + 1);
}

/** Most kills come some steps after the first new checkpoint of this process, others while it is starting. */
async function killAtRandom({ child }: Started, victim: Victim, random: RandomStream): Promise<void> {
  const { share, seconds } = victim.early ?? { share: 0.2, seconds: 1 };
  const running = () => child.exitCode === null && child.signalCode === null;
  if (random.uniform() < share) {
    await pause(random.uniform() * 1000 * seconds);
  } else {
    // Whole ones: what a killed process left is cleared at the start.
    const whole = () => checkpointNames(victim).filter((name) => name.startsWith('step-'));
    const before = whole();
    while (running() && whole().every((name) => before.includes(name))) await pause(2);
    await pause(random.uniform() * 250);
  }
  child.kill('SIGKILL');
}
