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

/** A fenced block of a page. */
interface Block {
  /** Where it begins: `docs/metrics.md:25`. */
  place: string;
  /** Empty where the fence names none. */
  language: string;
  code: string;
  /** The text before it, to the block before. */
  before: string;
}

function blocksOf({ path, text }: Page): Block[] {
  const parts = text.split(/^```/m);
  return parts.flatMap((part, n) => {
    if (n % 2 === 0) return [];
    const end = part.indexOf('\n');
    const line = parts.slice(0, n).join('').split('\n').length;
    const [language, code] = [part.slice(0, end), part.slice(end + 1)];
    return [{ place: `${path}:${line}`, language, code, before: parts[n - 1]! }];
  });
}

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
export function fragmentsOf(page: Page): Fragment[] {
  return blocksOf(page).flatMap(({ place, language, code, before }) => {
    if (language !== 'js' && language !== 'ts') return [];
    const [, notRun] = /<!-- not run: (.+?) -->\n+$/.exec(before) ?? [];
    const rooms = [...code.matchAll(/ from 'patchwork\/([a-z]+)'/g)].map(([, room]) => room!);
    return [{ place, language, code, notRun, rooms }];
  });
}

/** A command line in a page, as the words behind `patchwork`. */
export interface CommandLine {
  place: string;
  words: string[];
}

/** Every command line of Patchwork in a page's blocks and in its text; those that are cut off, as `... --suite ood`, are not. */
export function commandsOf(page: Page): CommandLine[] {
  const blocks = blocksOf(page).flatMap(({ place, language, code }) =>
    ['', 'bash'].includes(language)
      ? code
          .replaceAll(/\\\n\s*/g, '')
          .split('\n')
          .map((line) => ({ place, line }))
      : [],
  );
  const inline = [...page.text.matchAll(/`(npx patchwork [^`]+)`/g)].map(([, line]) => ({
    place: page.path,
    line: line!,
  }));
  return [...blocks, ...inline]
    .filter(({ line }) => line.startsWith('npx patchwork '))
    .map(({ place, line }) => ({ place: `${place}: ${line}`, words: shellWords(line).slice(2) }));
}

/** The words of a line as a shell has them: quotes hold words together, a # that begins one ends the line. */
function shellWords(line: string): string[] {
  const [command = ''] = line.split(/\s#/);
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, plain]) => one ?? two ?? plain!);
}
