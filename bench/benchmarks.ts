import { whileBusy } from './busy-processes.ts';
import { makeJpegs, predictingNetwork } from './jpeg-pictures.ts';
import { mixingMethods, mixingSides } from './mixing-methods.ts';
import type { Measurement, Sides } from './sides.ts';

/** A number of the result: the value of one run, or that value over another's of the same round. */
export interface Ratio {
  of: string;
  over?: string;
  /** Both runs do the same training step, so that their peak memory can be compared too. */
  sameStep?: boolean;
}

export interface Benchmark {
  name: string;
  /** What its runs measure. */
  unit: string;
  /** Made in this order in every round: the sides alternate, so that a slow minute of the machine meets both. */
  runs: Record<string, () => Promise<Measurement>>;
  ratios: Record<string, Ratio>;
  /** Runs that may fail without the rest being lost. */
  optional?: readonly string[];
}

function network(name: string, { patchwork, pytorch }: Sides, compile: boolean): Benchmark {
  const benchmark: Benchmark = {
    name,
    unit: 'images/s',
    runs: {
      'pytorch default': () => pytorch(name, 'default'),
      'patchwork same': () => patchwork(name, 'same'),
      'pytorch tuned': () => pytorch(name, 'tuned'),
      'patchwork defaults': () => patchwork(name, 'defaults'),
    },
    ratios: {
      same: { of: 'patchwork same', over: 'pytorch default', sameStep: true },
      defaults: { of: 'patchwork defaults', over: 'pytorch default' },
      tuned: { of: 'patchwork defaults', over: 'pytorch tuned', sameStep: true },
    },
  };
  if (!compile) return benchmark;
  return {
    ...benchmark,
    runs: { ...benchmark.runs, 'pytorch compile': () => pytorch(name, 'compile') },
    ratios: { ...benchmark.ratios, compile: { of: 'patchwork defaults', over: 'pytorch compile', sameStep: true } },
    // It needs a C++ compiler and Python's headers at run time.
    optional: ['pytorch compile'],
  };
}

/** Predicting the classes of batches, as a network in use does, with batch normalization folded. */
function inferenceBenchmark({ patchwork, pytorch }: Sides, compile: boolean): Benchmark {
  const benchmark: Benchmark & { optional: string[] } = { name: 'inference', unit: 'images/s', runs: {}, ratios: {}, optional: [] }; // biome-ignore format: a line
  for (const name of ['resnet20', 'resnet50', 'mobilenetv3-large']) {
    const ours = `patchwork ${name}`;
    benchmark.runs[ours] = () => patchwork(`${name}:inference`, 'defaults');
    for (const mode of ['default', 'tuned', ...(compile ? ['compile' as const] : [])] as const) {
      const run = `pytorch ${mode} ${name}`;
      benchmark.runs[run] = () => pytorch(`${name}:inference`, mode);
      benchmark.ratios[`${name} ${mode === 'default' ? 'defaults' : mode}`] = { of: ours, over: run };
      if (mode === 'compile') benchmark.optional.push(run);
    }
  }
  return benchmark;
}

/** From JPEGs to classes: as fast as the slower of its two halves, where there are processors for both, in as little memory. */
function predictBenchmark({ patchwork }: Sides): Benchmark {
  const predicting = (count: number) => () => makeJpegs().then(() => patchwork(`${count}:predict`, 'defaults'));
  return {
    name: 'predict',
    unit: 'images/s',
    runs: {
      decode: () => makeJpegs().then(() => patchwork('2000:decode', 'defaults')),
      network: () => patchwork(`${predictingNetwork}:inference`, 'defaults'),
      'of 2,000': predicting(2_000),
      'of 10,000': predicting(10_000),
    },
    ratios: {
      'over decode': { of: 'of 10,000', over: 'decode' },
      'over network': { of: 'of 10,000', over: 'network' },
      'memory of 10,000 over 2,000': { of: 'of 10,000', over: 'of 2,000', sameStep: true },
    },
  };
}

/** Each mixing method on a batch of pictures of that size; lower is better. */
function mixingBenchmark(side: number, { patchwork, pytorch }: Sides): Benchmark {
  const benchmark: Benchmark = { name: `mixing${side}`, unit: 'ms/batch', runs: {}, ratios: {} };
  for (const method of mixingMethods) {
    benchmark.runs[`pytorch ${method}`] = () => pytorch(`${method}@${side}`, 'default');
    benchmark.runs[`patchwork ${method}`] = () => patchwork(`${method}@${side}`, 'defaults');
    benchmark.ratios[method] = { of: `patchwork ${method}`, over: `pytorch ${method}` };
  }
  return benchmark;
}

/** Every benchmark, in the order of the report. `compile` adds PyTorch's compiled networks, which came with PyTorch 2. */
export function benchmarksOf(sides: Sides, { compile }: { compile: boolean }): Benchmark[] {
  const { patchwork, pytorch } = sides;
  const training = () => patchwork('resnet20', 'defaults');
  return [
    ...['resnet20', 'wide', 'resnet50', 'pyramidnet110'].map((name) => network(name, sides, compile)),
    inferenceBenchmark(sides, compile),
    predictBenchmark(sides),
    {
      name: 'dispatch',
      unit: 'ns/call',
      runs: { pytorch: () => pytorch('dispatch', 'default'), patchwork: () => patchwork('dispatch', 'defaults') },
      ratios: { dispatch: { of: 'patchwork', over: 'pytorch' } },
    },
    {
      name: 'cutmix',
      unit: 'of a step',
      runs: { patchwork: () => patchwork('cutmix', 'defaults') },
      ratios: { cutmix: { of: 'patchwork' } },
    },
    {
      name: 'jpeg',
      unit: 'images/s',
      runs: {
        pytorch: () => makeJpegs().then(() => pytorch('jpeg', 'default')),
        patchwork: () => makeJpegs().then(() => patchwork('jpeg', 'defaults')),
      },
      ratios: { jpeg: { of: 'patchwork', over: 'pytorch' } },
    },
    ...mixingSides.map((side) => mixingBenchmark(side, sides)),
    {
      name: 'map',
      unit: 's',
      runs: {
        'IoU 0.5': () => patchwork('map', 'defaults'),
        'ten IoUs': () => patchwork('map-range', 'defaults'),
      },
      ratios: { 'map 0.5': { of: 'IoU 0.5' }, 'map 0.5 to 0.95': { of: 'ten IoUs' } },
    },
    {
      name: 'cam-boxes',
      unit: 'images/s',
      runs: {
        largest: () => patchwork('cam-boxes', 'defaults'),
        all: () => patchwork('cam-boxes-all', 'defaults'),
      },
      ratios: { 'largest component': { of: 'largest' }, 'all components': { of: 'all' } },
    },
    {
      name: 'contended',
      unit: 'images/s',
      runs: { idle: training, busy: () => whileBusy(training) },
      ratios: { contended: { of: 'busy', over: 'idle' } },
    },
  ];
}
