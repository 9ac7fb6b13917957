import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable, printableText } from './printable.ts';

it('shows what commands a terminal, and leaves letters of all languages as they are', () => {
  expect(printable('\x1b[2Jcat\x07')).toBe('\\u001b[2Jcat\\u0007');
  expect(printable('a\u009bb\x7f\r\n\t')).toBe('a\\u009bb\\u007f\\u000d\\u000a\\u0009');
  expect(printable('\u202egnp.tac\u2066\u2028')).toBe('\\u202egnp.tac\\u2066\\u2028');
  expect(printable('half \ud83d of a face')).toBe('half \\ud83d of a face');
  const usual = 'Café, 학점, كلب, हिन्दी, 👩‍🚀, it’s 50 %; a\\b';
  expect(printable(usual)).toBe(usual);
});

it('keeps the lines of a text', () => {
  expect(printableText('a\n\tb\x1b]0;title\x07')).toBe('a\n\tb\\u001b]0;title\\u0007');
});

it('leaves no control character in any text, changes nothing twice, and keeps JSON what it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/\p{Cc}/u);
      expect(printable(printable(text))).toBe(printable(text));
      expect(JSON.parse(printableText(JSON.stringify({ text })))).toEqual({ text });
    }),
  );
});
