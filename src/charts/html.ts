/** HTML as tagged templates, in which every value from outside is escaped. */

import { printableText } from '../options/index.ts';

/** Markup that is safe to insert as it is. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/**
 * A piece of a page: texts and numbers are escaped, other pieces and lists of them inserted, `undefined` leaves nothing.
 * Values may stand in quoted attributes too.
 *
 * @example html`<td title="${title}">${name}</td>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, i) => (i === 0 ? part : markupOf(values[i - 1]) + part)).join(''));
}

function markupOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  // XML has no control characters, and browsers show none: a name's are written out.
  return printableText(String(value)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
