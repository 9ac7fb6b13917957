/**
 * Fuzzes the public entries that take bytes or text:
 *
 *   npx tsx tests/fuzz/run.ts [--inputs 10000] [--family NAME,NAME] [--seed 1] [--from 0] [--seconds S]
 *     [--failures FOLDER] [--memory MB] [--limit SECONDS] [--env NAME=VALUE]...
 *   npx tsx tests/fuzz/run.ts --family NAME --replay FILE.bin
 *
 * A table, and what went wrong by kind, come on standard output; inputs that went wrong lie in the folder. Status 1 where
 * there was one. An input depends on nothing but the family, the seed and its number. docs/reliability.md says more.
 */
import { parseArgs } from 'node:util';
import { families } from './families/index.ts';
import { kindOfFault } from './judge.ts';
import { type FuzzResult, fuzz } from './run-family.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    family: { type: 'string', default: families.map(({ name }) => name).join(',') },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    seconds: { type: 'string', default: 'Infinity' },
    failures: { type: 'string', default: 'build/fuzz-failures' },
    memory: { type: 'string', default: '1000' },
    limit: { type: 'string', default: '10' },
    replay: { type: 'string' },
    env: { type: 'string', multiple: true, default: [] },
  },
});

function row({ family, inputs, results, refused, failures, seconds, peakBytes, slowestSeconds }: FuzzResult): string {
  const cells = [inputs, results, refused, failures.length, `${seconds.toFixed(0)} s`];
  const costs = [`${slowestSeconds.toFixed(2)} s`, `${Math.round(peakBytes / 1e6)} MB`];
  return `| ${family} | ${[...cells, ...costs].join(' | ')} |`;
}

console.log('| family | inputs | results | refused | failures | time | slowest | peak |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const family of values.family.split(',')) {
  const result = await fuzz({
    family,
    seed: Number(values.seed),
    from: Number(values.from),
    inputs: values.replay === undefined ? Number(values.inputs) : 1,
    seconds: Number(values.seconds),
    failures: values.failures,
    secondsPerInput: Number(values.limit),
    bytesPerInput: Number(values.memory) * 1e6,
    env: Object.fromEntries(values.env.map((text) => /^(\w+)=(.*)$/s.exec(text)?.slice(1) ?? [text, ''])),
    ...(values.replay !== undefined && { replay: values.replay }),
  });
  console.log(row(result));
  for (const kind of new Set(result.failures.map(({ about }) => kindOfFault(about)))) {
    const alike = result.failures.filter(({ about }) => kindOfFault(about) === kind);
    const { index, about, stack, input } = alike[0]!;
    console.error(`${family}: ${alike.length} x ${kind}\n  input ${index}: ${about}\n  ${input}`);
    if (stack) console.error(stack.split('\n').slice(0, 12).join('\n'));
  }
  if (result.failures.length > 0) process.exitCode = 1;
}
