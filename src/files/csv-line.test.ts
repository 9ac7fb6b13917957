import { expect, it } from 'vitest';
import { csvLine } from './csv-line.ts';

it('quotes what would end a cell or a line, doubles quotes, and leaves everything else as it is', () => {
  expect(csvLine(['a', 1.5, '', 'b c'])).toBe('a,1.5,,b c\r\n');
  expect(csvLine(['a,b', 'say "x"', 'two\nlines', 'two\rlines', ' spaced '])).toBe(
    '"a,b","say ""x""","two\nlines","two\rlines"," spaced "\r\n',
  );
});
