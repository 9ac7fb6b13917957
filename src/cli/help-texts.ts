/** What help texts say below the flags, made of the lists that Patchwork and imported modules fill. */
import type { Command } from 'commander';
import { type Definition, describeOptions, plainDefault, type SectionSpecs } from '../options/index.ts';

/** Where nobody says how wide a line may be; wider ones are hard to read, too. */
const usualWidth = 80;
/** Names wider than this have a line of their own. */
const widestName = 22;

export const helpWidth = (): number => Math.min(process.stdout.columns || usualWidth, 100);

/**
 * Examples between what a command is and its flags: most people need no more.
 *
 * @param lines commands with two spaces before them; what comes behind three more is said of one above it
 */
export function addExamples(command: Command, lines: string): void {
  const sentence = command.description();
  const examples = lines.split('\n').flatMap((line) => {
    const [typed = '', ...comments] = line.trim().split(/ {3,}/);
    return [
      ...comments.map((comment) => `  # ${comment}`),
      ...wrapped(typed, helpWidth() - 8, / (?=--)/).map(continued),
    ];
  });
  // Beside the other commands the sentence stands alone.
  command
    .summary(sentence)
    .description(`${wrapped(sentence, helpWidth()).join('\n')}\n\nExamples:\n${examples.join('\n')}`);
}

/** Text in paragraphs, with an empty line between them, as wide as it may be. */
export function paragraphsText(text: string): string {
  const paragraphs = text
    .split('\n\n')
    .map((paragraph) => wrapped(paragraph.replaceAll('\n', ' '), helpWidth()).join('\n'));
  return paragraphs.join('\n\n');
}

/** A line of a command that goes on over several, as a shell takes it. */
function continued(line: string, index: number, all: readonly string[]): string {
  return `${index === 0 ? '  ' : '      '}${line}${index < all.length - 1 ? ' \\' : ''}`;
}

/** A name, and the paragraphs beside it. */
export type Entry = readonly [name: string, ...paragraphs: string[]];

/** A heading, and below it names with what is to be said of them, in two columns. */
export function entriesText(heading: string, entries: readonly Entry[]): string {
  const short = entries.map(([name]) => name.length).filter((length) => length <= widestName);
  const indent = 2 + Math.max(0, ...short) + 2;
  const lines = entries.flatMap(([name, ...paragraphs]) => {
    const beside = paragraphs.filter((text) => text !== '').flatMap((text) => wrapped(text, helpWidth() - indent));
    const first = name.length <= widestName ? `  ${name.padEnd(indent - 2)}${beside.shift() ?? ''}` : `  ${name}`;
    return [first.trimEnd(), ...beside.map((line) => `${' '.repeat(indent)}${line}`)];
  });
  return [`${heading}:`, ...lines].join('\n');
}

/** The members of a list: name, description, and below that options with their defaults. */
export function definitionsText(heading: string, definitions: Iterable<Definition>): string {
  return entriesText(
    heading,
    [...definitions].map(({ name, description, options }) => [name, description, describeOptions(options)]),
  );
}

/** The keys of mappings in a configuration, which have no flags. */
export function sectionKeysText(heading: string, specs: SectionSpecs): string {
  const entries = Object.entries(specs).flatMap(([key, spec]) =>
    'section' in spec
      ? Object.entries(spec.section).map(
          ([inner, option]): Entry => [`${key}.${inner}`, `${option.description} (default: ${plainDefault(option)})`],
        )
      : [],
  );
  return entriesText(heading, entries);
}

function wrapped(text: string, width: number, between: string | RegExp = ' '): string[] {
  const lines: string[] = [];
  for (const word of text.split(between)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
