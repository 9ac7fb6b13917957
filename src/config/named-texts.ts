/** Keys of a configuration whose texts name things of a list: an editor completes the names, those of one's own too. */
import { type Definition, type Kind, kind, text } from '../options/index.ts';

type Named = Iterable<Pick<Definition, 'name' | 'description'>>;

const isText = (value: unknown) => text.accepts(value);

/** The names, and any other text: options behind a name, paths, names by a pattern. */
const textSchema = (list: Named) => ({
  anyOf: [...[...list].map(({ name, description }) => ({ const: name, description })), text.schema],
});

/** Text that begins with the name of a thing of a list, or is another that whoever reads it knows. */
export function namedText(list: Named): Kind<string> {
  return withSchema(text, () => textSchema(list));
}

/** Text of which every thing of a list has an example: a data set is named by its path. */
export function exampleText(list: Iterable<{ readonly example: string }>): Kind<string> {
  return withSchema(text, () => ({ ...text.schema, examples: [...list].map(({ example }) => example) }));
}

/**
 * A text or a list of texts that a parser of this project reads. Its message stands by itself: it has the nearest word.
 *
 * @param what is expected, in words that fit after that one
 */
export function namedTexts(
  what: string,
  list: Named,
  parse: (list: string[]) => unknown,
): Kind<string | readonly string[]> {
  const areTexts = (value: unknown): value is string | string[] =>
    isText(value) || (Array.isArray(value) && value.every(isText));
  const problem = (value: unknown): string | undefined => {
    if (!areTexts(value)) return undefined;
    try {
      parse([value].flat());
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const accepts = (value: unknown) => areTexts(value) && problem(value) === undefined;
  const texts = kind<string | readonly string[]>(`${what}, or a list of such texts`, {}, accepts, { reason: problem });
  return withSchema(texts, () => {
    const one = textSchema(list);
    return { anyOf: [...one.anyOf, { type: 'array', items: one }] };
  });
}

/** The list may grow after this: the schema is made when it is asked for. */
function withSchema<Value>(given: Kind<Value>, schema: () => Kind['schema']): Kind<Value> {
  return Object.defineProperty({ ...given }, 'schema', { get: schema, enumerable: true });
}
