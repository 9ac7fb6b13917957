/** Charts and pictures as plain data, drawn by one code wherever they are shown: in reports, and beside a run. */
export { type BoxedPicture, boxedPicture, boxKeys } from './boxed-picture.ts';
export { heatMapOver, infernoAt, shownSize } from './heat-map.ts';
export { Html, type HtmlValue, html } from './html.ts';
export {
  type Axis,
  type BandPoint,
  bandOf,
  type LineChart,
  lineChartFigure,
  lineChartSvg,
  type Series,
  wholeTicks,
  withoutFirstPeak,
} from './line-chart.ts';
export { chartColors, mostSeries } from './look.ts';
export { type DrawnMethod, drawMethod, drawMethods } from './mix-methods.ts';
export { drawMixedBatch, type LabeledPictures, mixedCells } from './mixed-pictures.ts';
export {
  type Bar,
  type BarsCell,
  type Cell,
  drawPictureGrid,
  type Line,
  type Outline,
  type PictureGridOptions,
  type Pixels,
} from './picture-grid.ts';
export { type ReliabilityDiagram, reliabilityFigures, reliabilitySvg } from './reliability-diagram.ts';
