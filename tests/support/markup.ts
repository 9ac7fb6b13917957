/** Reads pages as a browser does. */
import { parseHTML } from 'linkedom';

type Parsed = ReturnType<typeof parseHTML>['document'];

/** A part of a page. */
export type PagePart = Pick<Parsed, 'querySelectorAll'>;

/** A piece of a page, or a whole one. */
export function documentOf(markup: string): Parsed {
  return parseHTML(markup.startsWith('<!doctype') ? markup : `<html><body>${markup}</body></html>`).document;
}

/** The words in each element, in the order of the page. */
export function textsOf(document: PagePart, selector: string): string[] {
  return [...document.querySelectorAll(selector)].map(({ textContent }) => String(textContent).trim());
}

/** The names that a screen reader says of pictures and plots. */
export function namesOf(document: PagePart): string[] {
  return [...document.querySelectorAll('img, svg[role="img"]')].map(
    (element) => element.getAttribute('alt') ?? element.getAttribute('aria-label') ?? '',
  );
}

/** The cells of each table by the title of the line and the heading of the column. */
export function tablesOf(document: PagePart): Record<string, Record<string, string>>[] {
  return [...document.querySelectorAll('table')].map((table) => {
    const [, ...headings] = textsOf(table, 'thead tr > *');
    const lines = [...table.querySelectorAll('tbody tr')].map((line) => {
      const [title, ...cells] = textsOf(line, 'th, td');
      return [title, Object.fromEntries(cells.map((cell, i) => [headings[i], cell]))];
    });
    return Object.fromEntries(lines);
  });
}
