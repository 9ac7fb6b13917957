#!/usr/bin/env node
// Names the exported functions, classes and constants of each room that say nothing about themselves where people
// point at them in an editor. TypeScript 7 has no compiler API, so the declarations that it wrote are read by pattern.
//
//   node scripts/check-docs-of-exports.mjs [FOLDER]     (of declarations; default: dist)
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What is wrong with the docstrings of what each room exports, as sentences.
 *
 * @param {string} folder of declarations, with a folder for each room
 * @returns {{ exports: number, problems: string[] }}
 */
export function checkDocs(folder) {
  const rooms = readdirSync(folder).filter((room) => existsSync(join(folder, room, 'index.d.ts')));
  // What several rooms export is looked at once.
  const places = new Map();
  for (const room of rooms) {
    for (const [name, place] of exportsOf(join(folder, room, 'index.d.ts'))) {
      places.set(`${place.file} ${place.name}`, { ...place, shown: `patchwork/${room}: ${name}` });
    }
  }
  const values = [...places.values()].flatMap((place) => {
    const declarations = declarationsOf(place);
    return declarations.length === 0 ? [] : [{ ...place, docs: declarations }];
  });
  const problems = values.flatMap(({ file, shown, docs }) => {
    const problem = problemOf(docs, file.includes('/generated/'));
    return problem === undefined ? [] : [`${shown} (${relative(folder, file)}): ${problem}`];
  });
  return { exports: values.length, problems: problems.sort() };
}

/** Where each name that a declaration file exports is declared. */
function exportsOf(file) {
  const text = withoutComments(readFileSync(file, 'utf8'));
  const found = new Map();
  for (const [, path] of text.matchAll(/^export \* from '(\..*)'/gm)) {
    for (const [name, place] of exportsOf(declarationFile(file, path))) found.set(name, place);
  }
  for (const [, list, path] of text.matchAll(/^export \{([^}]*)\}(?: from '(\..*)')?/gm)) {
    for (const entry of list.split(',').map((words) => words.trim())) {
      if (entry === '' || entry.startsWith('type ')) continue;
      const [name, as = name] = entry.split(' as ');
      if (path === undefined) found.set(as, { file, name });
      else found.set(as, exportsOf(declarationFile(file, path)).get(name) ?? { file, name });
    }
  }
  for (const [, name] of text.matchAll(declaration('(\\w+)'))) found.set(name, { file, name });
  return found;
}

/** The docstrings of a value's declarations, one for each overload; empty for a type. */
function declarationsOf({ file, name }) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(declaration(name))].map(({ index }) => {
    const [, doc] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, index)) ?? [];
    return doc?.replace(/^\s*\* ?/gm, '').trim();
  });
}

function problemOf(docs, isGenerated) {
  const said = docs.filter((doc) => doc !== undefined);
  if (said.length === 0) return 'expected a docstring, got none';
  // Operators say their schema.
  if (isGenerated || said.some(hasSentence)) return undefined;
  return `expected a docstring with a sentence before its tags, got '${said[0].split('\n')[0]}'`;
}

function hasSentence(doc) {
  const [words] = doc.split(/^@/m);
  return /\S\s+\S[\s\S]*[.:?)\]`](\s|$)/.test(words);
}

function declaration(name) {
  return new RegExp(`^(?:export )?declare (?:abstract )?(?:function|class|const|let) ${name}\\b`, 'gm');
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '');
}

function declarationFile(from, path) {
  return join(dirname(from), path.replace(/\.[jt]s$/, '.d.ts'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url)));
  const { exports, problems } = checkDocs(folder);
  for (const problem of problems) console.log(problem);
  console.log(`${exports} exported values, ${problems.length} without what they need`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
