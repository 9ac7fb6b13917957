/** Which classes are taken for which. */
import { type Html, html } from '../charts/index.ts';
import { scrolling } from './table.ts';

/** A whole matrix in percent. @param shares [classes, classes], row by row: of the images of a class those taken for another */
export function matrixTable(title: string, classes: readonly string[], shares: readonly number[]): Html {
  const cell = (label: number, predicted: number) => {
    const percent = 100 * shares[label * classes.length + predicted]!;
    if (percent === 0) return html`<td></td>`;
    const kind = label === predicted ? 'right' : 'wrong';
    return html`<td class="${kind}" style="--share:${percent.toFixed(1)}%">${percent.toFixed(0)}</td>`;
  };
  const table = html`<table class="matrix"><caption>${title}</caption>
<thead><tr><td></td>${classes.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${classes.map(
    (name, label) => html`
<tr><th scope="row">${name}</th>${classes.map((_, predicted) => cell(label, predicted))}</tr>`,
  )}
</tbody></table>`;
  return scrolling(`Confusions of ${title}`, table);
}

/** A line for each pair of classes. */
export function pairsTable(
  pairs: readonly { label: number; predicted: number; cells: readonly string[] }[],
  classes: readonly string[],
  headings: readonly string[],
): Html {
  const table = html`<table>
<thead><tr><th scope="col">Class</th><th scope="col" class="text">taken for</th>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${pairs.map(
    ({ label, predicted, cells }) => html`
<tr><th scope="row">${classes[label]}</th><td class="text">${classes[predicted]}</td>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody></table>`;
  return scrolling('Classes taken for others', table);
}
