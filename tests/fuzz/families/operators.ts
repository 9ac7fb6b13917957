/** Operators of LibTorch, and the addon's own functions, with arguments of every kind. */

import type { RandomStream } from '../../../src/random/index.ts';
import { addon } from '../../../src/torch/addon.ts';
import * as torch from '../../../src/torch/index.ts';
import { functionOperators, methodOperators } from '../../../src/torch/operator-list.ts';
import { camelCase, parseSchema, type SchemaParameter } from '../../../src/torch/schema.ts';
import { type Family, family } from '../family.ts';
import { chance, edges, oddValue, pick } from '../mutate.ts';

/** What stands for a tensor in an input, which must be plain. */
interface TensorWord {
  tensor: { shape: number[]; dtype: torch.DType; fill: number; requiresGrad: boolean };
}

/** Sizes of memory are not what is tried here: they would only be refused, or be slow. */
const smallEdges = edges.filter((value) => !(Math.abs(value) > 4 && Math.abs(value) < 2 ** 40));
const dtypes: readonly torch.DType[] = [
  'float32',
  'float32',
  'float64',
  'int64',
  'int32',
  'uint8',
  'bool',
  'bfloat16',
  'float16',
];
const shapes: readonly number[][] = [
  [],
  [0],
  [1],
  [3],
  [2, 3],
  [3, 2],
  [1, 2, 4, 4],
  [2, 2, 4, 4],
  [2, 0, 3],
  [2, 3, 5],
  [1, 1, 1, 1, 1],
];

function tensorWord(random: RandomStream): TensorWord {
  const dtype = pick(random, dtypes);
  const fill = pick(random, [0, 1, 2, -1, 0.5, Number.NaN, 100]);
  return {
    tensor: { shape: pick(random, shapes), dtype, fill, requiresGrad: dtype === 'float32' && chance(random, 0.2) },
  };
}

function argumentFor(random: RandomStream, { type }: SchemaParameter): unknown {
  if (chance(random, 0.12)) return oddValue(random);
  const base = type.replace(/\?$/, '');
  if (type.endsWith('?') && chance(random, 0.4)) return null;
  if (base.startsWith('Tensor')) {
    return base.endsWith(']')
      ? Array.from({ length: random.integer(4) }, () => tensorWord(random))
      : tensorWord(random);
  }
  if (base.endsWith(']')) {
    return Array.from({ length: random.integer(5) }, () =>
      chance(random, 0.7) ? random.integer(4) : pick(random, smallEdges),
    );
  }
  if (base === 'bool') return chance(random, 0.5);
  if (base === 'str') return pick(random, ['none', 'mean', 'linear', '', 'x']);
  if (base === 'ScalarType') return pick(random, [...dtypes, 'channels_last', 'x']);
  if (base === 'MemoryFormat')
    return pick(random, ['channels_last', 'contiguous_format', 'preserve_format', 'float32']);
  if (base === 'Device') return pick(random, ['cpu', 'cuda:0', 'meta', 'gpu', '']);
  if (base === 'Generator') return { generator: random.integer(10) };
  return chance(random, 0.6) ? random.integer(4) : pick(random, smallEdges);
}

/** The value that a word stands for. */
function standsFor(word: unknown): unknown {
  if (Array.isArray(word)) return word.map(standsFor);
  if (typeof word !== 'object' || word === null) return word;
  if ('generator' in word) return new torch.Generator(word.generator as number);
  if (!('tensor' in word)) return word;
  const { shape, dtype, fill, requiresGrad } = (word as TensorWord).tensor;
  const made = torch.full(shape, fill, { dtype });
  if (requiresGrad) made.requiresGrad = true;
  return made;
}

interface OperatorCall {
  name: string;
  positional: unknown[];
  options: [string, unknown][];
}

export const operators: Family = family<OperatorCall>({
  name: 'operators',
  description: 'the operators with typed functions, called by name',
  async open() {
    const known = new Set(addon.operatorNames());
    const named = Object.entries({ ...methodOperators, ...functionOperators }).flatMap(([name, overloads]) =>
      overloads.map(
        (overload) => `${name.includes('::') ? name : `aten::${name}`}${overload === '' ? '' : `.${overload}`}`,
      ),
    );
    const all = named
      .filter((name) => known.has(name))
      .map((name) => {
        const [base, overload = ''] = name.split('.') as [string, string?];
        return { name, schema: parseSchema(addon.operatorSchema(addon.findOperator(base, overload))) };
      });
    return {
      make: (random) => {
        const { name, schema } = pick(random, all);
        const positional: unknown[] = [];
        const options: [string, unknown][] = [];
        for (const parameter of schema.parameters) {
          if (!parameter.hasDefault && options.length === 0) positional.push(argumentFor(random, parameter));
          else if (chance(random, 0.3)) options.push([camelCase(parameter.name), argumentFor(random, parameter)]);
        }
        if (chance(random, 0.03)) positional.pop();
        if (chance(random, 0.03)) positional.push(oddValue(random));
        return { name, positional, options };
      },
      run({ name, positional, options }) {
        torch.scope(() => {
          const given = options.map(([key, word]) => [key, standsFor(word)]);
          const result = torch.callOperator(name, ...positional.map(standsFor), Object.fromEntries(given));
          for (const tensor of torch.tensorsIn(result)) {
            // Reading it ends in what was made wrongly; its gradient goes through what was recorded.
            if (tensor.device === 'cpu') tensor.bytes();
            if (tensor.requiresGrad && tensor.size > 0) tensor.sum().backward();
          }
        });
        if (addon.scopeDepth() !== 0) throw { scopes: addon.scopeDepth() };
      },
    };
  },
});

/** The addon's functions but those that end or set what the process is for good. */
const addonFunctions = [
  ...[
    'call',
    'findOperator',
    'operatorSchema',
    'fromBytes',
    'toBytes',
    'shape',
    'strides',
    'dtype',
    'device',
    'memoryFormat',
  ],
  ...['describe', 'item', 'release', 'isLive', 'setOwned', 'leaveScope', 'backward', 'grad', 'gradient', 'setGradient'],
  ...[
    'clearGradients',
    'requiresGrad',
    'isLeaf',
    'setRequiresGrad',
    'enterAutocast',
    'leaveAutocast',
    'leaveInference',
  ],
  ...['setThreads', 'synchronize', 'newGenerator', 'seedGenerator', 'generatorState', 'setGeneratorState'],
];

interface AddonCall {
  name: string;
  args: unknown[];
}

export const addonCalls: Family = family<AddonCall>({
  name: 'addon',
  description: "the addon's functions with handles, numbers and anything else",
  async open() {
    const functions = addon as unknown as Record<string, (...args: unknown[]) => unknown>;
    const add = addon.findOperator('aten::add', 'Tensor');
    const live = [torch.tensor([[1, 2], [3, 4]], { requiresGrad: true }), torch.tensor(new BigInt64Array(3)), torch.zeros([0])]; // biome-ignore format: a list
    const generator = new torch.Generator(1);
    const state = generator.state();
    for (const tensor of live) torch.own(tensor);
    /** Words for handles: numbers differ from one process to the next. */
    const handles: Record<string, () => number> = {
      leaf: () => live[0]!.handle,
      whole: () => live[1]!.handle,
      empty: () => live[2]!.handle,
      generator: () => generator.handle,
      sum: () => live[0]!.sum().handle,
      state: () => torch.tensor(state).handle,
      freed: () => {
        const gone = torch.tensor(1);
        gone.dispose();
        return gone.handle;
      },
      next: () => live[0]!.handle + 1,
    };
    const argument = (random: RandomStream): unknown => {
      const word = () => ({ handle: pick(random, Object.keys(handles)) });
      return pick(random, [
        word,
        word,
        word,
        () => [word(), word()],
        () => oddValue(random),
        () => add,
        () => pick(random, ['cpu', 'float32', 'bfloat16', 'aten::add', 'Tensor', 'cuda:0', 'meta']),
        () => chance(random, 0.5),
        () => [pick(random, smallEdges)],
        () => pick(random, smallEdges),
        () => Float32Array.of(1, 2),
      ])();
    };
    const resolve = (word: unknown): unknown => {
      if (Array.isArray(word)) return word.map(resolve);
      if (typeof word === 'object' && word !== null && 'handle' in word) return handles[word.handle as string]!();
      return word;
    };
    return {
      make: (random) => ({
        name: pick(random, addonFunctions),
        args: Array.from({ length: random.integer(7) }, () => argument(random)),
      }),
      run({ name, args }) {
        const before = torch.threads();
        addon.enterScope();
        try {
          const given = args.map(resolve);
          const isLasting =
            (name === 'release' || name === 'setRequiresGrad') && live.some((one) => given[0] === one.handle);
          if (isLasting || (name === 'release' && given[0] === generator.handle)) return;
          functions[name]!(...given);
          if (name === 'enterAutocast') addon.leaveAutocast();
          // Entered a second time by the call: left again by what follows.
          if (name === 'leaveScope') addon.enterScope();
        } finally {
          addon.leaveScope([]);
          addon.setThreads(before);
        }
        const left = { scopes: addon.scopeDepth(), values: [...live[0]!.data('float32')].join() };
        if (left.scopes !== 0 || left.values !== '1,2,3,4') throw left;
      },
    };
  },
});
