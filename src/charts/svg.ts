/**
 * Plots as the text of SVG elements, without a browser. Only the files that draw plots import it: Plot's declarations
 * compile under few settings, and would be part of what a program that uses charts is compiled against.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html } from './html.ts';

/** A plot as the text of an SVG element. @param name what a screen reader says */
export function svgText(name: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({ ...options, document, style: { background: 'none', fontSize: '13px' } });
  // A picture has one name: those of Plot's marks, which are not allowed in it, tell them apart all the same.
  for (const mark of svg.querySelectorAll('[aria-label]')) {
    mark.setAttribute('data-mark', mark.getAttribute('aria-label') ?? '');
    mark.removeAttribute('aria-label');
  }
  // Not by Plot's own option: linkedom leaves < in attributes as it is, which XML does not allow.
  const opening = html`<svg role="img" aria-label="${name}"`.markup;
  return svg.outerHTML.replace('<svg', () => opening);
}
