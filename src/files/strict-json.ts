/**
 * JSON that is read once and by everyone alike: of an object that has a key twice, readers take one or the other, and one
 * nested thousands deep is more than functions that call themselves can take.
 *
 * @param deepest how many objects and lists may lie within each other
 * @throws Error with what was expected and what came; SyntaxError where it is no JSON
 */
export function parseStrictJson(text: string, deepest: number): unknown {
  checkNesting(text, deepest);
  const value: unknown = JSON.parse(text);
  // Only what is known to be JSON can be searched for keys so simply.
  checkKeys(text);
  return value;
}

const [quote, backslash, colon, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\:{}[]'].map((sign) =>
  sign.charCodeAt(0),
) as [number, number, number, number, number, number, number];

/** The place of the quote that ends the text beginning at `start`. */
function endOfText(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && json.charCodeAt(end) !== quote) end += json.charCodeAt(end) === backslash ? 2 : 1;
  return end;
}

function checkNesting(json: string, deepest: number): void {
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const sign = json.charCodeAt(i);
    if (sign === quote) i = endOfText(json, i);
    else if (sign === openBrace || sign === openBracket) depth++;
    else if (sign === closeBrace || sign === closeBracket) depth--;
    if (depth > deepest) throw new Error(`expected JSON of at most ${deepest} levels, got more at character ${i}`);
  }
}

function checkKeys(json: string): void {
  /** The keys of each object that is open; none of a list. */
  const open: (Set<string> | undefined)[] = [];
  let text: [start: number, end: number] = [0, 0];
  for (let i = 0; i < json.length; i++) {
    const sign = json.charCodeAt(i);
    if (sign === quote) {
      text = [i, endOfText(json, i)];
      i = text[1];
    } else if (sign === openBrace) open.push(new Set());
    else if (sign === openBracket) open.push(undefined);
    else if (sign === closeBrace || sign === closeBracket) open.pop();
    else if (sign === colon) {
      const key = JSON.parse(json.slice(text[0], text[1] + 1)) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) throw new Error(`expected each key once, got '${key}' twice`);
      keys.add(key);
    }
  }
}
