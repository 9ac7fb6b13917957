/** The documentation as text: its pages, the programs and commands in them, and what they point at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../support/command-line.ts';

export interface Page {
  /** From the root of the project. */
  path: string;
  text: string;
}

const names = readdirSync(join(packageRoot, 'docs')).filter((name) => name.endsWith('.md'));

/** Every page, README.md first. */
export const pages: readonly Page[] = [
  ...['README.md', 'FEATURES.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
  ...names.map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(packageRoot, path), 'utf8') }));

export const pageAt = (path: string): Page => pages.find((page) => page.path === path)!;

/** A program in a page. */
export interface Fragment {
  /** Where it begins: `docs/metrics.md:25`. */
  place: string;
  language: 'js' | 'ts';
  code: string;
  /** Why it must not be run, where a comment before it says so. */
  notRun: string | undefined;
  /** The rooms of Patchwork that it imports: `mix`. */
  rooms: string[];
}

/** The fragments of JavaScript and TypeScript of a page, in order. */
export function fragmentsOf({ path, text }: Page): Fragment[] {
  const fences = /(?:<!-- not run: (.+?) -->\n+)?^```(js|ts)\n([^]*?)^```/gm;
  return [...text.matchAll(fences)].map(([all, notRun, language, code = ''], _i) => {
    const at = text.indexOf(all);
    const before = text.slice(0, at + all.indexOf('```'));
    return {
      place: `${path}:${before.split('\n').length}`,
      language: language as Fragment['language'],
      code,
      notRun,
      rooms: [...code.matchAll(/ from 'patchwork\/([a-z]+)'/g)].map(([, room]) => room!),
    };
  });
}

/** A command line in a page, as the words behind `patchwork`. */
export interface CommandLine {
  place: string;
  words: string[];
}

/** Every command line of Patchwork in a page's blocks and in its text; those that are cut off, as `... --suite ood`, are not. */
export function commandsOf({ path, text }: Page): CommandLine[] {
  const blocks = [...text.matchAll(/^```(?:bash)?\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block!.replaceAll(/\\\n\s*/g, '').split('\n'),
  );
  const inline = [...text.matchAll(/`(npx patchwork [^`]+)`/g)].map(([, line]) => line!);
  return [...blocks, ...inline]
    .filter((line) => line.startsWith('npx patchwork '))
    .map((line) => ({ place: `${path}: ${line}`, words: shellWords(line).slice(2) }));
}

/** The words of a line as a shell has them: quotes hold words together, a # that begins one ends the line. */
function shellWords(line: string): string[] {
  const [command = ''] = line.split(/\s#/);
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, plain]) => one ?? two ?? plain!);
}
