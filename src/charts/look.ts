/** The look that all charts share. */

/**
 * The colors of charts for a page's style sheet, in light and dark; without them charts have the light ones. The text's
 * color and the page's are `--text` and `--page`.
 */
export const chartColors = `
:root { --blue: #0072b2; --vermillion: #d55e00; --green: #009e73; --purple: #bd6896; --orange: #b57d00; }
@media screen and (prefers-color-scheme: dark) { :root { --blue: #56a8e0; --vermillion: #f07f3c; --green: #2fbf92;
  --purple: #dd9dc0; --orange: #f0b53c; } }
`;

/** How a line or the outline of a box is drawn. */
export interface Stroke {
  stroke: string;
  strokeDasharray: string;
}

// Okabe and Ito's colors, which color-blind people can tell apart, the two palest darker: all lines have a contrast of at least 3:1
// to the page. Dashes tell lines apart without any color.
const strokes: readonly Stroke[] = [
  { stroke: 'currentColor', strokeDasharray: '' },
  { stroke: 'var(--blue, #0072b2)', strokeDasharray: '7 2' },
  { stroke: 'var(--vermillion, #d55e00)', strokeDasharray: '' },
  { stroke: 'var(--green, #009e73)', strokeDasharray: '4 2' },
  { stroke: 'var(--purple, #bd6896)', strokeDasharray: '8 2 2 2' },
  { stroke: 'var(--orange, #b57d00)', strokeDasharray: '2 2' },
];

/** Things that can be told apart in one chart. */
export const mostSeries = strokes.length;

/** Of the first (0), the second, ... thing that is compared, everywhere the same. @throws beyond {@link mostSeries} */
export function strokeOf(thing: number): Stroke {
  const stroke = strokes[thing];
  if (stroke !== undefined) return stroke;
  throw new Error(`chart: expected at most ${mostSeries} things to compare, got ${thing + 1}; draw several charts`);
}
