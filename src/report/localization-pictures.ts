/** What networks look at, as pictures. */
import sharp from 'sharp';
import { type Evaluation, type LocalizationResult, withTrainedNetwork } from '../evaluate/index.ts';
import { type Html, html } from './html.ts';
import { localizationGallery } from './localization-gallery.ts';
import type { MeasuredRow } from './measured-rows.ts';
import { drawMixedMaps } from './mixed-maps.ts';
import { webpUri } from './pictures.ts';

interface LocalizedRow {
  title: string;
  evaluation: Evaluation;
  examples: LocalizationResult['examples'];
  method: LocalizationResult['method'];
}

interface LookedAt {
  title: string;
  gallery?: Html | undefined;
  /** The picture of figure 1 of the paper, as a data URI. */
  mixed?: string | undefined;
  /** Why there is none. */
  missing?: string;
}

/**
 * What the first network of each row looked at: in examples of what was measured, and in mixtures of two images, as in
 * figure 1 of the paper.
 *
 * @param rows whose first networks were measured on the same images, see `ofOneSeed`
 */
export async function localizationPictures(rows: readonly MeasuredRow[]): Promise<Html> {
  const localized = rows.flatMap(({ title, evaluations }): LocalizedRow[] => {
    const evaluation = evaluations.find(({ localization }) => localization);
    return evaluation ? [{ title, evaluation, ...evaluation.localization! }] : [];
  });
  const looked: LookedAt[] = [];
  // One after the other: each network uses all processors.
  for (const row of localized) looked.push(await lookedAt(row, localized));
  const gallery = looked[0]?.gallery;
  const mixed = looked.filter((one) => one.mixed !== undefined);
  const missing = looked.filter((one) => one.missing !== undefined);
  return html`${gallery && html`<h3>Examples</h3>\n${gallery}`}
${
  mixed.length > 0
    ? html`<h3>Both classes of a mixture</h3>${mixed.map(mixedFigure)}
<p class="note">Two test images and mixtures of them, as in figure 1 of the paper; below, where the network sees each of the two
classes, and the probability that it gives to it. Each map is scaled to its own range: a bright spot is no certainty.</p>`
    : undefined
}
${missing.map(({ title, missing: reason }) => html`<p class="note">Pictures that could not be made of ${title}: ${reason}</p>`)}`;
}

/** Without the pictures that cannot be made: a page of long measurements is worth more than they are. */
async function lookedAt(row: LocalizedRow, all: readonly LocalizedRow[]): Promise<LookedAt> {
  const { title, evaluation, method } = row;
  const looked: LookedAt = { title };
  const { run, checkpoint, data, limit } = evaluation;
  try {
    await withTrainedNetwork(run, { checkpoint, data }, async (network) => {
      const { limitPixels } = network.config;
      if (row === all[0]) looked.gallery = await localizationGallery(all, network.testImages(limit), { limitPixels });
      looked.mixed = await webpUri(sharp(await drawMixedMaps(network, { method })));
    });
  } catch (error) {
    looked.missing = error instanceof Error ? error.message : String(error);
  }
  return looked;
}

function mixedFigure({ title, mixed }: LookedAt): Html {
  return html`
<figure><figcaption>${title}</figcaption>
<img src="${mixed}" alt="Two test images, and mixtures of them by MixUp, Cutout and CutMix, with where ${title} sees each of the two classes"></figure>`;
}
