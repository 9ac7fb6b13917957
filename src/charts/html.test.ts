import { expect, it } from 'vitest';
import { html } from './html.ts';

it('escapes texts, writes control characters out, and leaves markup, lines and tabs as they are', () => {
  const name = '<a href="x">\'&\x1b[31m\0\ud800';
  expect(html`<td title="${name}">${name}</td>`.markup).toBe(
    '<td title="&#60;a href=&#34;x&#34;&#62;&#39;&#38;\\u001b[31m\\u0000\\ud800">&#60;a href=&#34;x&#34;&#62;&#39;&#38;\\u001b[31m\\u0000\\ud800</td>',
  );
  expect(html`${html`<b>\n\t${1}</b>`}${undefined}${['a\nb', 2]}`.markup).toBe('<b>\n\t1</b>a\nb2');
});
