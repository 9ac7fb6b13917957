#!/usr/bin/env node
// Shows that a change of the sources did not change a single byte of what trainings produce.
//
//   node scripts/checkpoint-digests.mjs [--program DIR/bin/patchwork.mjs] [--out FILE] [--compare FILE]
//
// Runs small trainings by the command line of a compiled checkout (this one, or that of --program) on pictures that it
// makes itself, and prints the SHA-256 of the weights and of the optimizer's state in the last checkpoint of each:
//
//   node scripts/checkpoint-digests.mjs --program ../before/bin/patchwork.mjs --out before.json
//   node scripts/checkpoint-digests.mjs --compare before.json
//
// --out      writes the JSON into a file too
// --compare  ends with status 1 and names what differs from the JSON of an earlier call
//
// Digests are of one machine: another processor or LibTorch rounds differently. Only options that mean the same before and
// after a change can be used here. One training is stopped by Ctrl-C and then killed; it must end at the bytes of the same
// training left alone, or the script ends with status 1.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeCifar, writeJpegFolder, writeShards } from './digest-inputs.mjs';
import { trainings } from './digest-trainings.mjs';

/** Runs the program; `stop` as in `stops`. @throws with its output where it ended otherwise than it should */
async function patchwork(program, args, cwd, run, stop) {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  let ended = false;
  const ending = new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done(signal ?? code));
  }).finally(() => (ended = true));
  if (stop) {
    while (!ended && stepOf(join(cwd, run)) < stop[1]) await Promise.race([wait(2), ending]);
    child.kill(stop[0]);
  }
  const status = await ending;
  // The program handles Ctrl-C: it saves and ends as shells expect.
  const expected = { undefined: 0, SIGINT: 130, SIGKILL: 'SIGKILL' }[stop?.[0]];
  if (status !== expected) {
    throw new Error(`patchwork ${args.join(' ')}: expected to end with ${expected}, got ${status}\n${output}`);
  }
}

/** The last step in a run's log, which has every tenth. */
function stepOf(run) {
  const log = join(run, 'metrics.jsonl');
  const steps = existsSync(log) ? [...readFileSync(log, 'utf8').matchAll(/"step":(\d+)/g)] : [];
  return Number(steps.at(-1)?.[1] ?? 0);
}

function lastCheckpoint(run) {
  const names = readdirSync(join(run, 'checkpoints')).filter((name) => /^step-\d+$/.test(name));
  return names.sort().at(-1);
}

function digestsOf(run) {
  const checkpoint = lastCheckpoint(run);
  const digest = (file) =>
    createHash('sha256')
      .update(readFileSync(join(run, 'checkpoints', checkpoint, file)))
      .digest('hex');
  return { checkpoint, model: digest('model.safetensors'), optimizer: digest('optimizer.safetensors') };
}

/** @returns the digests by training, in the order of `trainings` */
async function trainAll(program) {
  const folder = mkdtempSync(join(tmpdir(), 'checkpoint-digests-'));
  try {
    writeCifar(join(folder, 'cifar'), 64);
    await writeJpegFolder(join(folder, 'photos'), 20);
    await writeShards(join(folder, 'shards'), join(folder, 'photos'));
    const digests = {};
    for (const [name, { flags, stops = [] }] of Object.entries(trainings)) {
      const start = performance.now();
      const run = join('runs', name);
      let args = ['train', ...flags.split(' '), '--threads', '1', '--run', run];
      for (const stop of [...stops, undefined]) {
        await patchwork(program, args, folder, run, stop);
        if (stop) console.error(`${name}: ${stop[0]} left ${lastCheckpoint(join(folder, run))}`);
        args = ['resume', run];
      }
      digests[name] = digestsOf(join(folder, run));
      console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
    return digests;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One sentence for each training whose digests are not the same. */
function differences(got, expected) {
  return Object.keys({ ...expected, ...got }).flatMap((name) => {
    if (!got[name] || !expected[name]) return [`${name}: only in ${got[name] ? 'this result' : 'the compared one'}`];
    const parts = Object.keys(expected[name]).filter((part) => got[name][part] !== expected[name][part]);
    return parts.map((part) => `${name}: ${part} is ${got[name][part]}, expected ${expected[name][part]}`);
  });
}

async function main() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { program: text, out: text, compare: text } });
  const earlier = values.compare && JSON.parse(readFileSync(values.compare, 'utf8'));
  const program = resolve(values.program ?? fileURLToPath(new URL('../bin/patchwork.mjs', import.meta.url)));
  const start = performance.now();
  const result = { processor: cpus()[0]?.model, trainings: await trainAll(program) };
  console.error(`all: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  const json = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(json);
  if (values.out) writeFileSync(values.out, json);

  const problems = Object.entries(trainings).flatMap(([name, { equals }]) =>
    equals ? differences({ [name]: result.trainings[name] }, { [name]: result.trainings[equals] }) : [],
  );
  if (earlier) problems.push(...differences(result.trainings, earlier.trainings));
  if (problems.length > 0 && earlier && earlier.processor !== result.processor) {
    problems.push(`the compared digests are of another processor: ${earlier.processor}, here ${result.processor}`);
  }
  for (const problem of new Set(problems)) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.error(earlier ? 'the same bytes' : 'stopped and resumed: the same bytes as uninterrupted');
}

await main();
