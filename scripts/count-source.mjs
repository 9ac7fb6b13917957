#!/usr/bin/env node
// Prints how large a compiled checkout is: files and lines by part, and what each entry of package.json exports.
//
//   node scripts/count-source.mjs [FOLDER]     (default: this checkout)
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));

/** Files and lines of those paths under `folders` that `accepts` takes. */
function count(folders, accepts) {
  const files = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)))
    .filter((path) => accepts(path) && statSync(join(root, path)).isFile());
  const lines = files.reduce(
    (sum, path) => sum + readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length,
    0,
  );
  return { files: files.length, lines };
}

const isTest = (path) => path.startsWith('tests') || /\.test\.ts$/.test(path);
const isGenerated = (path) => path.includes('/generated/');

/** The names that a declaration file exports: values and types. `export *` is followed. */
function declaredNames(file) {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) => list.split(','));
  const listed = lists.map((entry) => entry.trim().split(/\s+/).at(-1)).filter((name) => name !== '');
  const declaration =
    /^export (?:declare )?(?:abstract )?(?:const enum|class|const|let|enum|function|interface|type) (\w+)/gm;
  const declared = [...text.matchAll(declaration)].map(([, name]) => name);
  const spaces = [...text.matchAll(/^export \* as (\w+)/gm)].map(([, name]) => name);
  const others = [...text.matchAll(/^export \* from '(.*)'/gm)].map(([, path]) =>
    join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')),
  );
  return new Set([...listed, ...declared, ...spaces, ...others.flatMap((other) => [...declaredNames(other)])]);
}

/** How many values an entry exports when it is loaded, and how many names of types alone. */
async function countExports({ types, default: entry }) {
  const values = Object.keys(await import(pathToFileURL(join(root, entry)).href));
  const named = declaredNames(join(root, types));
  const undeclared = values.filter((name) => !named.has(name));
  if (undeclared.length > 0) throw new Error(`${types}: expected ${undeclared.join(', ')} to be declared, found none`);
  return { values: values.length, types: named.size - values.length };
}

const entries = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports;
const exported = {};
for (const [path, entry] of Object.entries(entries)) {
  if (entry.types) exported[path] = await countExports(entry);
}
const sum = (key) => Object.values(exported).reduce((total, counts) => total + counts[key], 0);
const result = {
  source: count(['src'], (path) => path.endsWith('.ts') && !isTest(path) && !isGenerated(path)),
  generated: count(['src'], (path) => path.endsWith('.ts') && isGenerated(path)),
  tests: count(['src', 'tests'], (path) => isTest(path) && /\.(ts|mjs|py|sh)$/.test(path)),
  native: count(['native'], (path) => /\.(cc|h)$/.test(path)),
  exports: { ...exported, all: { values: sum('values'), types: sum('types') } },
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
