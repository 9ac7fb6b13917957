// The house's rules about imports and file lengths, as functions of a file's path and text.
// TypeScript 7 has no compiler API, so imports are read by pattern; Biome's formatting makes that safe.

/** The folders of src/, each of which may import only from those before it. */
export const strata: readonly string[] = [
  'options',
  'files',
  'random',
  'geometry',
  'mix',
  'metrics',
  'charts',
  'torch',
  'nn',
  'optim',
  'data',
  'models',
  'tasks',
  'runs',
  'train',
  'hub',
  'config',
  'evaluate',
  'experiments',
  'recipes',
  'export',
  'report',
  'cli',
  'studio',
];

/** Imports that the order alone would allow: models know nothing of training, reports run no network, the studio only reads run folders. */
const forbidden: Readonly<Record<string, readonly string[]>> = {
  models: ['mix', 'data'],
  report: ['torch', 'nn', 'models', 'train'],
  studio: ['train'],
};

/** Of these a folder may only know the types: at run time they would bring the engine along. Tests may run them. */
const typesOnly: Readonly<Record<string, readonly string[]>> = {
  report: ['tasks', 'config', 'evaluate', 'experiments', 'recipes'],
};

/** These run in a browser. */
const pure: readonly string[] = ['options', 'random', 'geometry', 'mix', 'metrics'];

export interface Source {
  /** Relative to src/, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The module names in a file's imports and re-exports, dynamic and type-only ones included. */
export function importsOf(text: string): string[] {
  // Statements start a line; an example in a doc comment starts with ` *`.
  const statements = /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]/gm;
  const calls = /^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [statements, calls].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
}

const typeImports = /^(?:import|export) type\s[^;]*;/gm;

/** What is wrong with one file, as sentences; empty where nothing is. */
export function violations({ path, text }: Source): string[] {
  const folder = path.split('/')[0]!;
  const test = path.endsWith('.test.ts');
  const found = lengthProblems(path, text, test);
  if (path === 'index.ts') return found;
  if (!strata.includes(folder)) return [...found, `${path}: expected a folder of ${strata.join(', ')}, got ${folder}`];
  for (const name of importsOf(text)) {
    const target = targetFolder(path, name);
    if (target !== undefined) {
      if (!mayImport(folder, target)) found.push(`${path}: ${folder} may not import ${target} (${name})`);
    } else if (pure.includes(folder) && !test && !/^pure-rand(\/|$)/.test(name)) {
      found.push(`${path}: ${folder} runs in a browser and may not import ${name}`);
    }
  }
  if (!test) {
    for (const name of importsOf(text.replace(typeImports, ''))) {
      const target = targetFolder(path, name);
      if (typesOnly[folder]?.includes(target ?? ''))
        found.push(`${path}: ${folder} may only import types of ${target} (${name})`);
    }
  }
  if (folder !== 'torch' && !test && loadsAddon(text)) found.push(`${path}: only torch may load the addon`);
  return found;
}

/** Circles of imports, types included: each as the files that reach one another. */
export function circles(sources: readonly Source[]): string[][] {
  const paths = new Set(sources.map(({ path }) => path));
  const targets = new Map(
    sources.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter((name) => name.startsWith('.'))
        .map((name) => new URL(name, `file:///src/${path}`).pathname.slice('/src/'.length))
        .filter((target) => paths.has(target)),
    ]),
  );
  const reachable = (from: string): Set<string> => {
    const seen = new Set<string>();
    for (const waiting = [...targets.get(from)!]; waiting.length > 0; ) {
      const path = waiting.pop()!;
      if (seen.has(path)) continue;
      seen.add(path);
      waiting.push(...targets.get(path)!);
    }
    return seen;
  };
  const reached = new Map(sources.map(({ path }) => [path, reachable(path)]));
  const inCircles = [...paths].filter((path) => reached.get(path)!.has(path));
  const groups = inCircles.map((path) =>
    inCircles.filter((other) => reached.get(path)!.has(other) && reached.get(other)!.has(path)),
  );
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

function lengthProblems(path: string, text: string, test: boolean): string[] {
  if (path.includes('/generated/')) return [];
  const most = test ? 500 : 300;
  const lines = text.trimEnd().split('\n').length;
  return lines > most ? [`${path}: expected at most ${most} lines, got ${lines}`] : [];
}

/** The folder of src/ that a relative import leads to ('index.ts' for the root file); undefined for a package. */
function targetFolder(path: string, name: string): string | undefined {
  if (!name.startsWith('.')) return undefined;
  const target = new URL(name, `file:///src/${path}`).pathname;
  return target.startsWith('/src/') ? target.split('/')[2] : undefined;
}

function mayImport(folder: string, target: string): boolean {
  if (folder === target) return true;
  if (!strata.includes(target) || forbidden[folder]?.includes(target)) return false;
  return strata.indexOf(target) < strata.indexOf(folder);
}

function loadsAddon(text: string): boolean {
  return /patchwork\.node|\bdlopen\(|build\/native/.test(text);
}
