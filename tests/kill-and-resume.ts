/**
 * Kills a training at random moments, resumes it each time, and compares its final checkpoint with that of a run that
 * was never killed: `npx tsx tests/kill-and-resume.ts [--kills 20] [--seed 0]`. Exit status 1 where a byte differs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stream } from '../src/random/index.ts';
import { checkpointDigests } from './support/checkpoint-digests.ts';
import { patchwork } from './support/command-line.ts';
import { trainUnderKills } from './support/train-under-kills.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '0' } },
});
const kills = Number(values.kills);
const folder = mkdtempSync(join(tmpdir(), 'patchwork-kills-'));

/** Long enough for all the kills, since a life of the process lasts a few steps; saves after every step. */
const flags = [
  ...['--data', 'shapes:train=256,test=32,size=16', '--model', 'resnet8', '--mix', 'cutmix'],
  ...['--batch-size', '16', '--epochs', String(kills), '--threads', '1', '--set', 'checkpointMinutes=0.0001'],
];

try {
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
  const done = await trainUnderKills(killed, flags, {
    kills,
    random: stream(Number(values.seed), 'kills'),
    onKill: ({ number, insideWrite, checkpoints }) =>
      console.log(`kill ${number}${insideWrite ? ', inside a write' : ''}: checkpoints hold ${checkpoints.join(' ')}`),
  });
  const { code, errors } = await patchwork(['train', ...flags, '--run', whole]);
  if (code !== 0) throw new Error(`the run that was not killed ended with exit status ${code}: ${errors}`);
  const [expected, got] = [whole, killed].map((run) => JSON.stringify(checkpointDigests(run), null, 2));
  const isSame = expected === got;
  console.log(`never killed: ${expected}\nkilled ${done.kills} times, ${done.insideWrites} inside a write: ${got}`);
  console.log(isSame ? 'the same bytes' : 'NOT the same bytes');
  if (done.kills < kills) console.log(`it finished after ${done.kills} of ${kills} kills`);
  process.exitCode = isSame && done.kills === kills ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
