/** `npm run bench`: Patchwork and PyTorch side by side on this machine. Nothing here loads LibTorch: the children do. */

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { unknownWord } from '../src/options/index.ts';
import { type Benchmark, benchmarksOf } from './benchmarks.ts';
import { type Comparison, compare } from './compare.ts';
import { type Environment, resultJson, table } from './report.ts';
import { findPyTorch, sidesOf } from './sides.ts';

const THREADS = 2;
const HELP = `npm run bench -- [options]

  --only a,b       of resnet20, wide, resnet50, pyramidnet110, inference, predict,
                   dispatch, cutmix, jpeg, mixing32, mixing224, map, cam-boxes, contended;
                   default: all
  --rounds N       times that every run is repeated, in turn with the others; default 5
  --seconds S      of each run, after its warm-up; default 8
  --no-compile     leave torch.compile out, which takes a minute to compile in each run
  --keep-memory    tell PyTorch's malloc to keep memory that it has freed, as Patchwork's
                   does: where page faults are dear (virtual machines), what remains is
                   the difference of everything else
  --python PATH    a Python that can import torch; default: PYTHON, else the python3 that can
  --json FILE      where the numbers go

Both sides get ${THREADS} threads (OMP_NUM_THREADS=${THREADS}) and otherwise run as they come. Each run is a process of its own.`;

function readOptions() {
  return parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '8' },
      'no-compile': { type: 'boolean', default: false },
      'keep-memory': { type: 'boolean', default: false },
      python: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

/** A number of at least `least`, as it was typed. */
function numberFrom(option: string, text: string, least: number): number {
  const value = Number(text);
  if (value >= least && Number.isFinite(value)) return value;
  throw new Error(`${option}: expected a number of at least ${least}, got ${text}`);
}

/** Those of `benchmarks` that a list such as `resnet20,wide` names; all without one. */
function chosen(benchmarks: readonly Benchmark[], only: string | undefined): readonly Benchmark[] {
  if (only === undefined) return benchmarks;
  const names = benchmarks.map(({ name }) => name);
  const wanted = only.split(',');
  const wrong = wanted.find((name) => !names.includes(name));
  if (wrong !== undefined) throw new Error(unknownWord('--only: unknown benchmark', wrong, names));
  return benchmarks.filter(({ name }) => wanted.includes(name));
}

function describe(environment: Environment): string {
  const { cpu, processors, threads, libtorch, precision, pytorch, python, rounds, secondsPerRun } = environment;
  const kept = environment.keepMemory ? ', keeping freed memory' : '';
  const minor = (version: string) => version.split('.').slice(0, 2).join('.');
  const lines = [
    `${cpu}, ${processors} processors; ${threads} threads for both sides; ${rounds} rounds of ${secondsPerRun} s`,
    `patchwork (bench/patchwork.ts): LibTorch ${libtorch}; same = fp32, contiguous; defaults = ${precision}, channels_last`,
    `pytorch (bench/pytorch.py): ${pytorch} of ${python}${kept}; default = fp32, contiguous; tuned = bf16 autocast, channels_last`,
    'ratios: patchwork over pytorch within each round, higher is better; dispatch and cutmix, lower is better',
  ];
  if (minor(libtorch) !== minor(pytorch)) {
    lines.push(
      `WARNING: LibTorch ${libtorch} against PyTorch ${pytorch}: these ratios compare versions, not languages.`,
      '         Name a Python with the same version by --python, or build for its LibTorch: LIBTORCH_USE_PYTORCH=1 PYTHON=PATH npm run bench',
    );
  }
  return lines.join('\n');
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(HELP);
  const rounds = Math.floor(numberFrom('--rounds', options.rounds, 1));
  const seconds = numberFrom('--seconds', options.seconds, 0.1);
  const given = options.python ?? process.env.PYTHON;
  const { python, version: pytorch } = findPyTorch(given ? [given] : ['python3', '/usr/bin/python3']);
  const sides = sidesOf({ python, seconds, threads: THREADS, keepMemory: options['keep-memory'] });
  const benchmarks = chosen(
    benchmarksOf(sides, { compile: !options['no-compile'] && Number.parseInt(pytorch, 10) >= 2 }),
    options.only,
  );
  const { libtorch, threads, precision } = await sides.facts();
  const environment: Environment = {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown processor',
    processors: cpus().length,
    threads,
    node: process.versions.node,
    libtorch,
    pytorch,
    python,
    precision,
    keepMemory: options['keep-memory'],
    rounds,
    secondsPerRun: seconds,
  };
  console.log(`${describe(environment)}\n`);

  const comparisons = new Map<string, Comparison>();
  for (const benchmark of benchmarks) {
    comparisons.set(benchmark.name, await compare(benchmark, rounds, (line) => console.error(line)));
    // After each one: an hour of measurements is not lost to the last one.
    if (options.json) writeFileSync(options.json, resultJson(comparisons, environment));
  }
  console.log(`\n${table(comparisons)}`);
}

main().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
