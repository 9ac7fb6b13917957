/**
 * A line of a CSV, as RFC 4180 has it: quotes around what holds a comma, a quote or a line's end, quotes inside doubled.
 * Spaces at the ends, which many readers drop, are held by quotes too.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
