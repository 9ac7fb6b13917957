/** What networks look at: in examples of what was measured, and in mixtures of two images. */
import sharp from 'sharp';
import {
  boxedPicture,
  boxKeys,
  type Cell,
  drawPictureGrid,
  type Html,
  heatMapOver,
  html,
  type LabeledPictures,
  mixedCells,
  type Pixels,
  shownSize,
} from '../charts/index.ts';
import type { LocalizedImage, MixedMaps } from '../evaluate/index.ts';
import { captionOf } from './explanation.ts';
import { type MeasuredRow, rowsOf } from './measured-rows.ts';
import { pictureUri, type TestPictures, webpUri } from './pictures.ts';
import { scrolling } from './table.ts';

/** What one network was measured to look at. */
export interface LocalizedRow {
  title: string;
  examples: readonly LocalizedImage[];
  mixedMaps?: MixedMaps | undefined;
}

/** What the first network of each row that was localized looked at. */
export function localizedRows(rows: readonly MeasuredRow[]): LocalizedRow[] {
  return rowsOf('localization', rows).map(({ title, results: [first] }) => ({ title, ...first }));
}

/**
 * The pictures of rows whose networks were measured on the same images; undefined where there is none.
 *
 * @param pictures the images that were measured
 */
export async function localizationPictures(
  rows: readonly LocalizedRow[],
  pictures: TestPictures,
): Promise<Html | undefined> {
  const gallery = await examples(rows, pictures);
  const mixed = await mixtures(rows, pictures);
  return gallery || mixed ? html`${gallery}${mixed}` : undefined;
}

/** The examples that all rows have, but for pictures that cannot be read. */
async function examples(rows: readonly LocalizedRow[], pictures: TestPictures): Promise<Html | undefined> {
  const found = (rows[0]?.examples ?? []).map(({ index }) =>
    rows.flatMap(({ title, examples }) => {
      const example = examples.find((one) => one.index === index);
      return example ? [{ title, ...example }] : [];
    }),
  );
  const shared = found.filter((examples) => examples.length === rows.length);
  const figures = await Promise.all(shared.map((examples) => exampleFigure(examples, pictures)));
  if (!figures.some((figure) => figure)) return undefined;
  return html`<h3>Examples</h3>
<p>${boxKeys(rows.map(({ title }) => title))}</p>
<p class="note">Boxes and maps are of the predicted class, boxes at the fixed
threshold, with the IoU that they have with the ground truth. Each map is scaled to its own range: a bright spot is no certainty.</p>
<div class="gallery">${figures}</div>`;
}

/** One image, and what each row found in it. */
async function exampleFigure(
  found: readonly (LocalizedImage & { title: string })[],
  { images, pixelsOf }: TestPictures,
): Promise<Html | undefined> {
  const [first] = found;
  if (first === undefined) return undefined;
  const { index, label, groundTruth } = first;
  const pixels = await pixelsOf(index);
  if (pixels === undefined) return undefined;
  const { classes, height, width } = images;
  const own = boxedPicture({
    ...{ height, width, groundTruth },
    name: `Test image ${index}: ${classes[label]}, with boxes`,
    href: await pictureUri(pixels),
    boxes: found.map(({ box }) => box),
  });
  const maps = await Promise.all(
    found.map(async ({ title, map, box, predicted }, i) =>
      boxedPicture({
        ...{ height, width, groundTruth: [] },
        name: `Test image ${index}: where ${title} sees ${classes[predicted]}`,
        href: await pictureUri(heatMapOver(pixels, map)),
        boxes: found.map((_, other) => (other === i ? box : undefined)),
      }),
    ),
  );
  const said = found.map(
    ({ title, predicted, iou }) =>
      html`<br><span class="who">${found.length > 1 ? `${title}:` : ''}</span> ${classes[predicted]}, ${iou.toFixed(2)}`,
  );
  return html`
<figure><div class="views">${own}${maps}</div>
<figcaption><b>${classes[label]}</b>${said}</figcaption></figure>`;
}

/** Of each row the picture of figure 1 of the paper. */
async function mixtures(rows: readonly LocalizedRow[], pictures: TestPictures): Promise<Html | undefined> {
  const figures: Html[] = [];
  for (const { title, mixedMaps } of rows) {
    if (mixedMaps === undefined) continue;
    const png = await drawMixedMaps(mixedMaps, pictures);
    if (png === undefined) continue;
    const methods = mixedMaps.pictures.flatMap(({ mix }) => mix?.method ?? []).join(', ');
    figures.push(html`
<figure><figcaption>${title}</figcaption>
${scrolling(`Mixtures, and what ${title} sees in them`, html`<img class="sheet" src="${await webpUri(sharp(png))}" alt="Two test images, and mixtures of them by ${methods}, with where ${title} sees each of the two classes">`)}</figure>`);
  }
  if (figures.length === 0) return undefined;
  return html`<h3>Both classes of a mixture</h3>${figures}
<p class="note">Two test images and mixtures of them, as in figure 1 of the paper; below, where the network sees each of the two
classes, and the probability that it gives to it. Each map is scaled to its own range.</p>`;
}

/**
 * PNG bytes: two test images of different classes and what mixing methods make of them; below each the maps of both
 * classes, with their probabilities. Undefined where one of the two images cannot be read.
 */
export async function drawMixedMaps(
  { indices, labels, pictures: shown }: MixedMaps,
  { images, pixelsOf }: TestPictures,
): Promise<Uint8Array | undefined> {
  const [first, second] = await Promise.all(indices.map(pixelsOf));
  if (first === undefined || second === undefined) return undefined;
  const { classes, normalization } = images;
  const two: LabeledPictures = { pictures: [first, second], labels, classes, mean: normalization.mean };
  const nameOf = (label: number) => `${classes[label]}`;
  const cellOf = (pixels: Pixels, label: number): Cell => ({ pixels, caption: [{ text: nameOf(label) }] });
  const own = [cellOf(first, labels[0]), cellOf(second, labels[1])];
  const columns = shown.flatMap(({ mix, seen }, n) => {
    // Of the two pictures of a mixture the first one's is shown.
    const cell = mix === undefined ? own[n] : mixedCells(two, [mix.plan])[0];
    return cell ? [{ cell, seen }] : [];
  });
  const rows = ([0, 1] as const).map((of) =>
    columns.map(({ cell, seen }, column): Cell => {
      const { label, map, probability } = seen[of];
      return {
        pixels: heatMapOver(cell.pixels, map),
        caption: [captionOf({ name: nameOf(label), probability })],
        ...(column === 0 && { name: `map of ${nameOf(label)}` }),
      };
    }),
  );
  const headings = shown.map(({ mix }) => [{ text: mix?.method ?? 'picture' }]);
  return drawPictureGrid([columns.map(({ cell }) => cell), ...rows], { side: shownSize(first).width, headings });
}
