/** Damage: of bytes, texts and plain values, each drawn from a stream. */
import type { RandomStream } from '../../src/random/index.ts';

export function pick<One>(random: RandomStream, from: readonly One[]): One {
  return from[random.integer(from.length)]!;
}

export const chance = (random: RandomStream, share: number): boolean => random.uniform() < share;

/** Numbers at the edges of what anything counts in. */
export const edges: readonly number[] = [
  ...[
    0,
    -0,
    1,
    -1,
    2,
    3,
    7,
    8,
    255,
    256,
    65535,
    65536,
    2 ** 24,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 32 + 1,
  ],
  ...[2 ** 53 - 1, 2 ** 53, 2 ** 63, 2 ** 64, 1e9, 1e20, 1e308, -1e9, -(2 ** 31), 0.5, -0.5, 1e-300, 0.1],
  ...[Number.NaN, Infinity, -Infinity],
];

/** A value of any kind but the right one. */
export function oddValue(random: RandomStream): unknown {
  const make: readonly (() => unknown)[] = [
    () => pick(random, edges),
    () => pick(random, [null, undefined, true, false, '', ' ', 'x', '1', 'NaN', '__proto__', '../..', '\0', '\u202e']),
    () => [],
    () => ({}),
    () => [pick(random, edges), pick(random, edges)],
    () => [[], [null], [[1]]],
    () => ({ length: pick(random, edges) }),
    () => BigInt(Math.trunc(pick(random, [0, 1, -1, 2 ** 53, 2 ** 63]))),
    () => new Uint8Array(random.integer(5)),
    () => new Float32Array([Number.NaN, 1]),
    () => 'a'.repeat(1 + random.integer(5000)),
    () => new Map([[1, 2]]),
    () => new Date(0),
  ];
  return pick(random, make)();
}

const interesting: readonly number[] = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x20, 0x0a];

/** Bytes with one to eight things changed: bits, bytes, whole numbers, parts left out, doubled, exchanged or cut off. */
export function mutateBytes(random: RandomStream, given: Uint8Array): Uint8Array {
  let bytes = Uint8Array.from(given);
  // Headers are where most is decided.
  const place = () => {
    const within = chance(random, 0.5) ? Math.min(bytes.length, 64) : bytes.length;
    return within === 0 ? 0 : random.integer(within);
  };
  const range = (): [number, number] => {
    const start = place();
    return [start, Math.min(bytes.length, start + 1 + random.integer(pick(random, [4, 32, 1024])))];
  };
  const joined = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
  const changes: readonly (() => void)[] = [
    () => {
      bytes[place()]! ^= 1 << random.integer(8);
    },
    () => {
      bytes[place()] = chance(random, 0.5) ? pick(random, interesting) : random.integer(256);
    },
    () => {
      if (bytes.length < 8) return;
      const at = random.integer(bytes.length - 7);
      const view = new DataView(bytes.buffer);
      const value = pick(random, edges.filter(Number.isInteger));
      const little = chance(random, 0.5);
      if (chance(random, 0.3)) view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), little);
      else if (chance(random, 0.5)) view.setUint32(at, value, little);
      else view.setUint16(at, value, little);
    },
    () => {
      const [start, end] = range();
      bytes = joined(bytes.subarray(0, start), bytes.subarray(end));
    },
    () => {
      const [start, end] = range();
      bytes = joined(bytes.subarray(0, end), bytes.subarray(start));
    },
    () => {
      const [start, end] = range();
      bytes.copyWithin(place(), start, end);
    },
    () => {
      const at = place();
      const more = Uint8Array.from({ length: 1 + random.integer(32) }, () => random.integer(256));
      bytes = joined(bytes.subarray(0, at), more, bytes.subarray(at));
    },
    () => {
      bytes = bytes.slice(0, random.integer(bytes.length + 1));
    },
    () => {
      const [start, end] = range();
      bytes.fill(pick(random, interesting), start, end);
    },
  ];
  for (let count = 1 + random.integer(8); count > 0; count--) if (bytes.length > 0) pick(random, changes)();
  return bytes;
}

const strangeTexts: readonly string[] = [
  ...[
    '',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '\0',
    ',',
    ':',
    '=',
    ';',
    '+',
    '-',
    '"',
    "'",
    '`',
    '\\',
    '/',
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
  ],
  ...[
    '&',
    '%',
    '#',
    '!',
    '*',
    '?',
    '|',
    '$',
    '..',
    '...',
    '\ufeff',
    '\u202e',
    '\ud800',
    'é',
    'é',
    '名',
    '\x1b[31m',
    '&amp;',
  ],
  ...[
    'null',
    'true',
    'false',
    'NaN',
    'nan',
    'inf',
    '-0',
    '1e999',
    '0x10',
    '1_000',
    '1,5',
    '1.5.2',
    '1/0',
    '2/3',
    '{0..9}',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '&a',
    '*a',
    '<<',
    '!!js/function',
    '!!binary',
    '? ',
    '- ',
    '---',
    '%YAML',
  ],
];

/** Long enough to be too long, and no longer: making inputs must not take the time. */
const longest = 100_000;

function repeated(text: string, times: number): string {
  return text.repeat(Math.min(times, Math.ceil(longest / (text.length + 1))));
}

/** Text with one to six things changed: numbers, words, lines, marks; `words` are some that are known where it is read. */
export function mutateText(random: RandomStream, given: string, words: readonly string[] = []): string {
  let text = given;
  const strange = () => pick(random, words.length > 0 && chance(random, 0.5) ? words : strangeTexts);
  const place = () => random.integer(text.length + 1);
  const replaceOne = (pattern: RegExp, by: (found: string) => string) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return;
    const { 0: old, index } = pick(random, found);
    text = text.slice(0, index) + by(old) + text.slice(index + old.length);
  };
  const changes: readonly (() => void)[] = [
    () => replaceOne(/-?\d+(\.\d+)?/g, () => String(pick(random, edges))),
    () => replaceOne(/-?\d+(\.\d+)?/g, strange),
    () => replaceOne(/[A-Za-z_]\w*/g, strange),
    () => replaceOne(/[A-Za-z_]\w*/g, (word) => repeated(word, pick(random, [0, 2, 500]))),
    () => replaceOne(/[^\w\s]/g, strange),
    () => {
      const lines = text.split('\n');
      const at = random.integer(lines.length);
      lines.splice(at, 1, ...Array<string>(pick(random, [0, 2, 50])).fill(lines[at]!.slice(0, longest / 50)));
      text = lines.join('\n');
    },
    () => {
      const at = place();
      text = text.slice(0, at) + strange() + text.slice(at);
    },
    () => {
      const start = place();
      text = text.slice(0, start) + text.slice(start + 1 + random.integer(pick(random, [2, 10, 200])));
    },
    () => {
      text = text.slice(0, place());
    },
    () => {
      // Nested deep: recursive readers end here.
      const mark = pick(random, ['[', '{"a":', '(', '<a>', '- ', '"', '{a: ', '[']);
      const at = place();
      text = text.slice(0, at) + repeated(mark, pick(random, [2, 100, 20_000])) + text.slice(at);
    },
  ];
  for (let count = 1 + random.integer(6); count > 0; count--) {
    if (text.length > longest) break;
    pick(random, changes)();
  }
  return text;
}

/** A plain value with one to four places in it changed, left out, doubled, or given another name. */
export function mutateValue<Value>(random: RandomStream, given: Value): Value {
  const root = { value: structuredClone(given) as unknown };
  for (let count = 1 + random.integer(4); count > 0; count--) mutateOne(random, root);
  return root.value as Value;
}

function mutateOne(random: RandomStream, root: { value: unknown }): void {
  let holder: Record<string, unknown> = root;
  let key = 'value';
  for (;;) {
    const inside = holder[key];
    if (typeof inside !== 'object' || inside === null || ArrayBuffer.isView(inside) || inside instanceof Map) break;
    const keys = Object.keys(inside);
    if (keys.length === 0 || chance(random, 0.15)) break;
    holder = inside as Record<string, unknown>;
    key = pick(random, keys);
  }
  const act = random.integer(6);
  if (act === 0 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (act === 0) delete holder[key];
  else if (act === 1 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
  else if (act === 2 && holder !== root)
    holder[pick(random, ['x', `${key}s`, '__proto', 'size', key.toUpperCase()])] = holder[key];
  else if (act === 3 && typeof holder[key] === 'number') holder[key] = pick(random, edges);
  else if (act === 4 && typeof holder[key] === 'string') holder[key] = mutateText(random, holder[key] as string);
  else holder[key] = oddValue(random);
}
