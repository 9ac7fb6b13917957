/**
 * Kills a command at random moments, types it again each time, and compares the checkpoints of its runs with those of a
 * command that was never killed: `npx tsx tests/kill-and-resume.ts [--command train|compare|demo] [--kills 20] [--seed 0]`.
 * Exit status 1 where a byte differs.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stream } from '../src/random/index.ts';
import { allCheckpointDigests } from './support/checkpoint-digests.ts';
import { patchwork } from './support/command-line.ts';
import { underKills, type Victim } from './support/train-under-kills.ts';

const { values } = parseArgs({
  options: {
    command: { type: 'string', default: 'train' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '0' },
  },
});
const kills = Number(values.kills);

/** Long enough for all the kills, since a life of the process lasts a few steps; saves after every step. */
const flags = [
  ...['--data', 'shapes:train=256,test=32,size=16', '--model', 'resnet8', '--batch-size', '16', '--threads', '1'],
  ...['--set', 'checkpointMinutes=0.0001'],
];

const folders = (path: string): string[] => (existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : []);

/** Each works in a folder of its own. */
const commands: Readonly<Record<string, (folder: string) => Victim>> = {
  train: (folder) => {
    const run = join(folder, 'run');
    const start = ['train', ...flags, '--mix', 'cutmix', '--epochs', values.kills, '--run', run];
    const words = () => (existsSync(join(run, 'config.json')) ? ['resume', run] : start);
    return { words, runs: () => [run] };
  },
  compare: (folder) => {
    const out = join(folder, 'out');
    const shared = ['--methods', 'baseline,cutmix', '--seeds', '2', '--epochs', String(Math.ceil(kills / 2))];
    return { words: () => ['compare', ...flags, ...shared, '--out', out], runs: () => folders(join(out, 'runs')) };
  },
  demo: (folder) => ({
    words: () => ['demo', '--epochs', '60'],
    runs: () => folders(join(folder, 'runs', 'demo-60-epochs', 'runs')),
    cwd: folder,
    // Both trainings take about a minute.
    early: { share: 0.95, seconds: 10 },
  }),
};

const command = commands[values.command];
if (command === undefined) throw new Error(`--command: expected one of ${Object.keys(commands).join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'patchwork-kills-'));
try {
  const [wholeFolder, killedFolder] = ['whole', 'killed'].map((name) => join(folder, name)) as [string, string];
  for (const path of [wholeFolder, killedFolder]) mkdirSync(path);
  const [whole, killed] = [command(wholeFolder), command(killedFolder)];
  const done = await underKills(killed, {
    kills,
    random: stream(Number(values.seed), 'kills'),
    onKill: ({ number, insideWrite, afterBest, checkpoints }) => {
      const where = `${insideWrite ? ', inside a write' : ''}${afterBest ? ', after the best epoch' : ''}`;
      console.log(`kill ${number}${where}: checkpoints hold ${checkpoints.join(' ')}`);
    },
  });
  const { code, errors } = await patchwork(whole.words(), whole.cwd === undefined ? {} : { cwd: whole.cwd });
  if (code !== 0) throw new Error(`the command that was not killed ended with exit status ${code}: ${errors}`);
  const [expected, got] = [whole, killed].map(({ runs }) => JSON.stringify(runs().map(allCheckpointDigests), null, 2));
  const isSame = expected === got;
  console.log(`never killed: ${expected}`);
  if (!isSame) console.log(`killed: ${got}`);
  const { insideWrites, afterBest } = done;
  console.log(
    `${values.command} killed ${done.kills} times, ${insideWrites} inside a write, ${afterBest} after the best epoch: ` +
      `${isSame ? 'the same bytes' : 'NOT the same bytes'} in all checkpoints, state.json included`,
  );
  if (done.kills < kills) console.log(`it finished after ${done.kills} of ${kills} kills`);
  process.exitCode = isSame && done.kills === kills ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
