import { chartColors, Html, html } from '../charts/index.ts';

const style = `${chartColors}
:root { color-scheme: light dark; --text: #1b1e24; --page: #fff; --soft: #f3f4f6; --line: #d5d8de; --quiet: #5a606b; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6e8ec; --page: #15171c; --soft: #20242b; --line: #3a3f49;
  --quiet: #a2a9b5; } }
body { box-sizing: border-box; max-width: 71rem; margin: 0 auto; padding: 1.5rem; font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif;
  color: var(--text); background: var(--page); overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1rem; }
.verdict { font-size: 1.1rem; max-width: 52rem; padding: .6rem .9rem; border-left: 4px solid var(--blue); background: var(--soft); }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
.note { color: var(--quiet); font-size: .875rem; max-width: 52rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .5rem; text-align: right; vertical-align: bottom; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; }
tbody th, thead th:first-child, .text { text-align: left; }
tbody th { font-weight: 500; white-space: nowrap; }
figure { margin: 1rem 0; } figcaption { font-size: .875rem; }
img { max-width: 100%; height: auto; }
.sheet { border-radius: .4rem; }
@media screen and (prefers-color-scheme: dark) { .sheet { filter: brightness(.85); } }
.curves > div { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1rem; }
.curves > div:has(> :nth-child(4)) { grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
.curves > div > svg { display: block; width: 100%; max-width: 32rem; height: auto; }
.key { display: inline-block; max-width: 100%; margin-right: 1rem; }
.reliability { margin: .75rem 0 0; } .reliability svg { max-width: 20rem; height: auto; }
summary { cursor: pointer; }
.side-by-side { display: flex; flex-wrap: wrap; gap: 1.5rem; } .side-by-side > * { min-width: 0; max-width: 100%; }
.matrix { font-size: .75rem; } .matrix caption { font-size: .9rem; font-weight: 600; text-align: left; padding: .3rem 0; }
.matrix th, .matrix td { padding: .15rem .3rem; border: 1px solid var(--line); min-width: 1.1rem; }
.matrix thead td { border: 0; }
.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); }
.matrix td.right { background: color-mix(in srgb, var(--blue) calc(var(--share) * .55), transparent); }
.matrix td.wrong { background: color-mix(in srgb, var(--vermillion) calc(var(--share) * .55), transparent); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem; }
.gallery figure { margin: 0; overflow-wrap: anywhere; }
.gallery img { width: 7rem; height: 7rem; object-fit: contain; object-position: left; image-rendering: pixelated; }
.gallery:has(.views) { grid-template-columns: none; grid-auto-flow: row; display: flex; flex-wrap: wrap; gap: 1.25rem; }
.views { display: flex; gap: .25rem; } .views svg { width: 9rem; height: 9rem; } .views image { image-rendering: pixelated; }
.who { color: var(--quiet); }
@media (max-width: 40rem) { body { padding: 1rem; } h1 { font-size: 1.4rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
  thead th:first-child, tbody th { position: sticky; left: 0; background: var(--page); }
  tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 6rem; max-width: 9rem; }
  td.text { white-space: normal; overflow-wrap: anywhere; min-width: 6rem; }
  .matrix tbody th { min-width: 5.5rem; } .sheet { max-width: none; width: 46rem; }
  .matrix thead td { position: sticky; left: 0; background: var(--page); }
  .gallery { grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); } .views { flex-wrap: wrap; } .views svg { width: 7.5rem; height: 7.5rem; } }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 11px; }
  .wide { overflow: visible; } table { font-size: 9px; }
  figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } * { print-color-adjust: exact; } }
`;

export interface Section {
  heading: string;
  content: Html;
}

/**
 * A whole page that needs nothing but itself: no network, no script, no other file.
 *
 * @param verdict what was found, in one sentence
 */
export function page(title: string, verdict: string, head: Html, sections: readonly Section[]): string {
  const inside = sections.map(({ heading, content }) => html`<section>\n<h2>${heading}</h2>\n${content}\n</section>\n`);
  return `${pageStart(title, verdict, head)}\n${html`${inside}`.markup}${pageEnd}`;
}

/** A page up to its first section, for one that is written as it comes; {@link pageEnd} closes it. */
export function pageStart(title: string, verdict: string | undefined, head: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${verdict === undefined ? undefined : html`<p class="verdict">${verdict}</p>`}
${head}`.markup;
}

export const pageEnd = '\n</main>\n</body>\n</html>\n';

/** Sentences below a heading; nothing where there is none. */
export function list(heading: string, items: readonly string[]): Html | undefined {
  if (items.length === 0) return undefined;
  return html`<h3>${heading}</h3>\n<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
