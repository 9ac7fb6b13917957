/** One list for each kind of thing that has a name: mixing methods, networks, data sets, suites, schedules and so on. */
import { parseMethod } from './method-text.ts';
import { oneOfYourOwn, unknownWord } from './nearest-word.ts';
import { type OptionSpecs, type ResolvedOptions, resolveOptions } from './options.ts';

/** A thing with a name: what it is, what can be chosen about it, and how it is made. */
export interface Definition<Made = unknown, Context extends readonly unknown[] = readonly never[]> {
  /** In lower case, words joined by hyphens. */
  readonly name: string;
  /** One line for help texts and tables. */
  readonly description: string;
  readonly options: OptionSpecs;
  /**
   * @param options as they were given; checked, and filled up with defaults
   * @throws where an option is unknown, has another value than it may have, or has no effect beside another
   */
  make(options: Readonly<Record<string, unknown>>, ...context: Context): Made;
}

/** Declares a thing. Its `make` gets options that are checked and have their defaults. */
export function define<
  Specs extends OptionSpecs,
  Made,
  Context extends readonly unknown[],
  const More extends object = object,
>(
  given: More & {
    name: string;
    description: string;
    options: Specs;
    make(options: ResolvedOptions<Specs>, ...context: Context): Made;
  },
): Omit<More, keyof Definition> & Definition<Made, Context> {
  const { name, options: specs } = given;
  return { ...given, make: (options, ...context) => given.make(resolveOptions(name, specs, options), ...context) };
}

/** The definitions of one kind, in the order of help texts. */
export class DefinitionList<One extends Definition> {
  /** What its members are, for error messages: `mixing method`. */
  readonly kind: string;
  /** How the sentence for an unknown name begins. */
  readonly #problem: string;
  readonly #byName = new Map<string, One>();

  /** @param problem how the sentence for an unknown name begins (default: `unknown KIND`) */
  constructor(kind: string, definitions: readonly One[] = [], problem = `unknown ${kind}`) {
    this.kind = kind;
    this.#problem = problem;
    for (const definition of definitions) this.add(definition);
  }

  /**
   * Adds a definition: from now on it is found by its name, in help texts, schemas, suggestions and tables.
   *
   * @throws where the name is taken, or cannot be typed where names are
   */
  add(definition: One): this {
    const { name } = definition;
    if (!/^[a-z][a-z0-9.-]*$/.test(name)) {
      throw new Error(`${this.kind}: expected a name of lower-case letters, digits, dots and hyphens, got '${name}'`);
    }
    if (this.#byName.has(name)) {
      throw new Error(`${this.kind}: expected a name that is not taken, got '${name}', which there is; choose another`);
    }
    this.#byName.set(name, definition);
    return this;
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  [Symbol.iterator](): IterableIterator<One> {
    return this.#byName.values();
  }

  find(name: string): One | undefined {
    return this.#byName.get(name);
  }

  /** @param others words that are valid too @throws with the sentence of {@link unknown} */
  get(name: string, others: readonly string[] = []): One {
    const found = this.#byName.get(name);
    if (found !== undefined) return found;
    throw new Error(this.unknown(name, this.#problem, others));
  }

  /**
   * The sentence for a name that is not in the list: the nearest that is, all there are, and how to add others, since a run
   * that was trained with a definition of somebody's own needs it to be opened again.
   */
  unknown(name: string, problem: string, others: readonly string[] = []): string {
    const valid = [...others, ...this.names];
    return unknownWord(problem, name, valid, `Valid: ${valid.join(', ')}; ${oneOfYourOwn}`);
  }

  /** The definition that a text names, `name` or `name:option=value,...`, and the options in it. @throws as {@link get} */
  parse(text: string, others?: readonly string[]): { definition: One; options: Record<string, unknown> } {
    const { name, options } = parseMethod(text);
    return { definition: this.get(name, others), options };
  }
}
