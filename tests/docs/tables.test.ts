import { describe, expect, it } from 'vitest';
import { pagesWithTables, readPage, tableNames, tablesOf, withTables } from '../../scripts/docs-tables.ts';

describe('the tables of the documentation', () => {
  it.each(pagesWithTables())('%s says what the lists say; write it anew by: npm run docs', (path) => {
    expect(readPage(path)).toBe(withTables(path, readPage(path)));
  });

  it('are all in a page, each once', () => {
    const shown = pagesWithTables().flatMap((path) => tablesOf(readPage(path)));
    expect(shown.toSorted()).toEqual([...tableNames].sort());
  });

  it('stand between their markers, and nothing else is touched', () => {
    const page = 'before\n<!-- table: schedules -->\nold\n<!-- end table -->\nbehind\n';
    const written = withTables('page.md', page);
    expect(written).toMatch(
      /^before\n<!-- table: schedules -->\n\n\| schedule \| [\s\S]* \|\n\n<!-- end table -->\nbehind\n$/,
    );
    expect(written).not.toContain('old');
    expect(withTables('page.md', written)).toBe(written);
  });

  it('must be known and have an end', () => {
    const end = '<!-- end table -->';
    expect(() => withTables('page.md', `<!-- table: scedules -->\n${end}`)).toThrow(
      "page.md: unknown table 'scedules'; did you mean 'schedules'?",
    );
    const expected = "page.md: expected <!-- end table --> behind the table 'schedules', got none";
    expect(() => withTables('page.md', '<!-- table: schedules -->\nold')).toThrow(expected);
    expect(() => withTables('page.md', `<!-- table: schedules -->\n<!-- table: suites -->\n${end}`)).toThrow(expected);
  });
});
