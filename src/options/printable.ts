/** Names and messages from outside, such as of files and classes, in a form that cannot command a terminal or break a picture. */

/**
 * Control characters (escape sequences of terminals begin with one), marks that turn the direction of writing, separators of
 * lines, what Unicode keeps from use, and halves of characters, which neither UTF-8 nor XML have.
 */
const unsafe =
  /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** As JSON and JavaScript write it, so that JSON stays JSON. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A name on one line: what would command a terminal is shown as `\u001b`. Letters of all languages stay as they are. */
export function printable(name: string): string {
  return name.replace(unsafe, escaped);
}

/** A text of several lines, such as a message or a table, made {@link printable}; its line ends and tabs stay. */
export function printableText(text: string): string {
  return text.replace(unsafe, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}
