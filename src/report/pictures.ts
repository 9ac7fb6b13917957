/** Pictures inside a page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { type ImageSet, type ReadImagesOptions, readImages } from '../data/index.ts';
import type { ExperimentResult } from '../recipes/index.ts';
import { type Html, html } from './html.ts';

/** Pixels of the longer side that are kept of a picture; smaller ones are kept as they are. */
const longestSide = 160;

/**
 * A picture of a set as a data URI: webp, without loss for a small one, whose pixels show. Undefined where the picture
 * cannot be read: a report of long trainings is worth more than one picture in it.
 */
export async function pictureUri(
  set: ImageSet,
  index: number,
  options: ReadImagesOptions = {},
): Promise<string | undefined> {
  const read = await readImages(set, [index], options).catch(() => undefined);
  if (read === undefined) return undefined;
  const { channels, height, width, images: planar } = read;
  const plane = height * width;
  const pixels = Uint8Array.from({ length: plane * 3 }, (_, i) => {
    const channel = Math.min(i % 3, channels - 1);
    return planar[channel * plane + Math.floor(i / 3)]!;
  });
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  const lossless = Math.max(height, width) <= 64;
  return webpUri(picture.resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true }), lossless);
}

/** A picture as a data URI. */
export async function webpUri(picture: Sharp, lossless = false): Promise<string> {
  const bytes = await picture.webp({ lossless, quality: 80 }).toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}

/** For each row that mixes, the picture of a batch that its first run kept; undefined where no row did. */
export async function mixedBatches({ rows }: Pick<ExperimentResult, 'rows'>): Promise<Html | undefined> {
  const figures = await Promise.all(
    rows.map(async ({ title, runs }) => {
      const path = runs.map(({ run }) => join(run, 'mixed-batch.png')).find((candidate) => existsSync(candidate));
      if (path === undefined) return undefined;
      return html`
<figure><figcaption>${title}</figcaption>
<img src="${await webpUri(sharp(path))}" alt="Images of a training batch of ${title}, their partners, and how they were mixed, with the share of each label"></figure>`;
    }),
  );
  return figures.some((figure) => figure) ? html`${figures}` : undefined;
}
