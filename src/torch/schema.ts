/**
 * Operator schemas as LibTorch prints them, parsed:
 * `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`.
 * The generator writes TypeScript types from them; calls read argument names and return kinds from the live ones.
 */
export interface SchemaParameter {
  /** As in LibTorch: `memory_format`. */
  name: string;
  /** As in LibTorch: `int[2]`, `Tensor?`, `Scalar`. Alias marks such as `Tensor(a!)` are removed. */
  type: string;
  hasDefault: boolean;
}

export interface Schema {
  name: string;
  overload: string;
  parameters: SchemaParameter[];
  /** One entry for each result; empty for none. */
  returns: string[];
}

/** Splits at top-level commas: not inside brackets, parentheses or quotes. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(' || character === '[') depth++;
    else if (character === ')' || character === ']') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}

function withoutAlias(type: string): string {
  return type.replace(/\([^)]*\)/g, '');
}

function parseParameter(text: string): SchemaParameter {
  const [, type, name, byDefault] = /^(.+?)\s+(\w+)(=.*)?$/s.exec(text) ?? [];
  if (type === undefined || name === undefined) throw new Error(`schema: cannot read the parameter "${text}"`);
  return { type: withoutAlias(type), name, hasDefault: byDefault !== undefined };
}

function parseReturns(text: string): string[] {
  const whole = text.trim();
  const list = whole.startsWith('(') ? splitList(whole.slice(1, -1)) : [whole];
  // A result may have a name, after its type.
  return list.map((entry) => withoutAlias(entry).replace(/ .*/s, '')).filter((type) => type !== '');
}

/** Parses one schema; throws on text it does not understand. */
export function parseSchema(text: string): Schema {
  const arrow = text.lastIndexOf(') -> ');
  const open = text.indexOf('(');
  const [, name, overload = ''] = /^([\w:]+)(?:\.(\w+))?$/.exec(text.slice(0, open)) ?? [];
  if (arrow < 0 || name === undefined) throw new Error(`schema: cannot read "${text}"`);
  // `...` stands for any further arguments, which have no names and cannot be given.
  const parameters = splitList(text.slice(open + 1, arrow)).filter((part) => part !== '*' && part !== '...');
  return {
    name,
    overload,
    parameters: parameters.map(parseParameter),
    returns: parseReturns(text.slice(arrow + 5)),
  };
}

/** How many arguments of a schema have no default: the ones that are positional. */
export function requiredArguments({ parameters }: Schema): number {
  const firstDefault = parameters.findIndex((parameter) => parameter.hasDefault);
  return firstDefault < 0 ? parameters.length : firstDefault;
}

/** `memory_format` to `memoryFormat`; a leading or trailing underscore stays. */
export function camelCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}
