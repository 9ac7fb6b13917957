import { type Document, isMap, isScalar, LineCounter, parse, parseDocument } from 'yaml';
import { errorCode, readRegularFile, systemReason } from '../files/index.ts';
import { flagName, jsonText, type OptionPath, parseMethod, type SectionSpecs } from '../options/index.ts';
import { runFormat } from '../runs/index.ts';
import { ConfigError, resolveConfig, type TrainConfig, trainOptions } from './config.ts';

export interface LoadConfigOptions {
  /** A YAML or JSON file, as of `--config FILE`; also the `config.json` of a run folder, which has more beside it. */
  file?: string;
  /** Values of flags by the configuration's key: `{ batchSize: 128 }`; undefined where a flag was not given. */
  flags?: Readonly<Record<string, unknown>>;
  /** Texts of `--set`: `optimizer.learningRate=0.2`, typed as YAML types them. */
  set?: readonly string[];
}

type Mapping = Record<string, unknown>;

/** Part of a configuration, and what is said of a problem there: the place that the key was written in comes first. */
interface Layer {
  value: Mapping;
  /** Keys whose value says all of it, so that nothing below counts. Default: none. */
  whole?: readonly string[];
  located: (sentence: string, path: OptionPath) => string;
}

/**
 * The configuration that defaults, a file, flags and `--set` make together; of several the last one named here wins.
 * Mappings are merged key by key, lists are replaced; an optimizer or a schedule that is given as text, `adamw:beta1=0.8`,
 * replaces what was said of it before.
 *
 * @throws ConfigError with one line for each problem: where it was written (file:line:column, or the flag), the key,
 *   what was expected, what came, and the nearest right word
 */
export function loadConfig({ file, flags = {}, set = [] }: LoadConfigOptions = {}): TrainConfig {
  const given = [...(file === undefined ? [] : [fileLayer(file)]), ...flagLayers(flags), ...set.map(setLayer)];
  const layers = given.map(withMappings);
  const merged = layers.reduce<Mapping>((below, { value, whole = [] }) => {
    const kept = Object.entries(below).filter(([key]) => !whole.includes(key));
    return merge(Object.fromEntries(kept), value);
  }, {});
  const { config, problems } = resolveConfig(merged);
  if (problems.length === 0) return config;
  const lines = mostTold(problems, ({ path, sentence }) => {
    // The last layer that says anything of the key is the one whose value counted.
    const layer = layers.findLast(({ value }) => valueAt(value, path) !== undefined);
    return layer === undefined ? sentence : layer.located(sentence, path);
  });
  throw new ConfigError(lines);
}

/** A layer in which a thing of a list, given as text, is the mapping that it stands for: a later layer may change one option. */
function withMappings(layer: Layer): Layer {
  const specs: SectionSpecs = trainOptions;
  const whole: string[] = [];
  const value = Object.entries(layer.value).map(([key, inner]) => {
    if (typeof inner !== 'string' || !Object.hasOwn(specs, key) || !('oneOf' in specs[key]!)) return [key, inner];
    whole.push(key);
    return [key, mappingOf(inner)];
  });
  return whole.length === 0 ? layer : { ...layer, value: Object.fromEntries(value), whole };
}

/** What is no such text stays, to be refused where all problems are found. */
function mappingOf(text: string): unknown {
  try {
    const { name, options } = parseMethod(text);
    return { ...options, name };
  } catch {
    return text;
  }
}

/** The value at a path, or undefined where the path leads nowhere. */
function valueAt(value: unknown, path: OptionPath): unknown {
  return path.reduce<unknown>((inner, key) => {
    const exists = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key);
    return exists ? (inner as Record<string, unknown>)[key] : undefined;
  }, value);
}

function fileLayer(file: string): Layer {
  const lines = new LineCounter();
  const text = readConfigFile(file);
  const document = readYaml(file, () => parseDocument(text, { lineCounter: lines, prettyErrors: false }));
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ConfigError(mostTold(document.errors, (error) => `${placeAt(error.pos[0])}: ${yamlProblem(error)}`));
  }
  const value: unknown = readYaml(file, () => document.toJS()) ?? {};
  checkDepth(file, value);
  if (!isMapping(value)) {
    throw new ConfigError([`${file}: expected keys and values, as in 'epochs: 10', got ${jsonText(value)}`]);
  }
  const recorded = recordedConfig(file, value);
  const within = recorded === undefined ? [] : ['config'];
  const located: Layer['located'] = (sentence, path) =>
    `${placeAt(offsetOf(document, [...within, ...path]))}: ${sentence}`;
  return { value: recorded ?? value, located };
}

/** In bytes, and in levels: what people write has a few thousand, and three. */
const [largestFile, deepest] = [65_536, 32];
/** What a training was asked for, where the file is the record of a run; undefined where it is a plain configuration. */
function recordedConfig(file: string, value: Mapping): Mapping | undefined {
  if (!('format' in value)) return undefined;
  if (value.format === runFormat && isMapping(value.config)) return value.config;
  const got = `format ${JSON.stringify(value.format)}${isMapping(value.config) ? '' : " without the key 'config'"}`;
  throw new ConfigError([
    `${file}: expected a configuration, or the config.json of a run folder of format ${runFormat}, got ${got}; ` +
      'give a file of keys and values, as in epochs: 10',
  ]);
}

function readConfigFile(file: string): string {
  try {
    return readRegularFile(file, { expected: 'a YAML or JSON file', atMost: largestFile }).toString('utf8');
  } catch (error) {
    const { message, cause } = error as Error;
    const found = errorCode(error) === 'ENOENT' ? 'no such file' : cause && systemReason(cause);
    const problem = found ? `expected a YAML or JSON file, got ${found}` : message.slice(`${file}: `.length);
    throw new ConfigError([`--config ${file}: ${problem}`]);
  }
}

/** Why YAML cannot be read: names of values that hold each other many times over are refused, and levels without end. */
function yamlProblem(error: unknown): string {
  const { message } = error as Error;
  // The reader of YAML tells this as an error of the text.
  return /call stack/.test(message) ? 'mappings or lists are nested too deep' : message;
}

function readYaml<Read>(file: string, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw new ConfigError([`${file}: expected YAML that can be read, got: ${yamlProblem(error)}`]);
  }
}

/** Of a file that is something else altogether a page is enough. */
function mostTold<Problem>(problems: readonly Problem[], lineOf: (problem: Problem) => string): string[] {
  const most = 50;
  const lines = problems.slice(0, most).map(lineOf);
  return problems.length <= most ? lines : [...lines, `and ${problems.length - most} more problems`];
}

/** Level by level, since a function that calls itself would fail where this is to find out. */
function checkDepth(place: string, value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest)
      throw new ConfigError([`${place}: expected at most ${deepest} levels of keys and lists, got more`]);
    const inner = level.filter((one) => Array.isArray(one) || isMapping(one)) as object[];
    level = [...new Set(inner.flatMap((one) => Object.values(one)))];
  }
}

/** Where a key begins in a file; for an element of a list, where its value does. */
function offsetOf(document: Document, path: OptionPath): number {
  const parent = document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  const node = (pair?.key ?? document.getIn(path, true)) as { range?: readonly number[] } | undefined;
  // An option within a text is where the text's key is.
  return node?.range?.[0] ?? (path.length > 1 ? offsetOf(document, path.slice(0, -1)) : 0);
}

/** One layer a flag, so that a message can name the flag, which stands for the key. */
function flagLayers(flags: Readonly<Record<string, unknown>>): Layer[] {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return given.map(([key, value]) => {
    const flag = flagName(key);
    const said = `${key}: `;
    return {
      value: { [key]: value },
      located: (sentence) => `${flag}: ${sentence.startsWith(said) ? sentence.slice(said.length) : sentence}`,
    };
  });
}

function setLayer(text: string): Layer {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).split('.');
  if (path.includes(''))
    throw new ConfigError([`--set: expected KEY=VALUE, as in optimizer.momentum=0.8, got '${text}'`]);
  const value = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), parseScalar(text, text.slice(at + 1)));
  checkDepth('--set', value);
  return { value: value as Mapping, located: (sentence) => `--set ${text}: ${sentence}` };
}

function parseScalar(text: string, value: string): unknown {
  try {
    return parse(value, { prettyErrors: false });
  } catch (error) {
    throw new ConfigError([`--set ${text}: expected a YAML value after =, got '${value}' (${yamlProblem(error)})`]);
  }
}

function merge(below: Mapping, above: Mapping): Mapping {
  const merged: Mapping = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = Object.hasOwn(merged, key) ? merged[key] : undefined;
    // Defined, not assigned: a key named __proto__ must stay a key, for the schema to refuse.
    const both = isMapping(old) && isMapping(value) ? merge(old, value) : value;
    Object.defineProperty(merged, key, { value: both, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
