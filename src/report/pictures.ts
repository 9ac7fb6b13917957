/** Pictures inside a page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { type Html, html, type Pixels } from '../charts/index.ts';
import type { TrainConfig } from '../config/index.ts';
import {
  dataFolder,
  dataLocation,
  imageOf,
  type LabeledImages,
  openDataLike,
  type ReadImagesOptions,
  readImages,
  type TrainedOn,
} from '../data/index.ts';
import type { ExperimentResult } from '../experiments/index.ts';
import { checkRunData, RunFolder } from '../runs/index.ts';
import { scrolling } from './table.ts';

/** Pixels of the longer side that are kept of a picture; smaller ones are kept as they are. */
const longestSide = 160;

/** Test images as networks see them. */
export interface TestPictures {
  images: LabeledImages;
  /** Undefined where the picture cannot be read: a report of long trainings is worth more than one picture in it. */
  pixelsOf(index: number): Promise<Pixels | undefined>;
}

interface RecordedRun extends Pick<TrainedOn, 'images'> {
  config: Pick<TrainConfig, 'data' | 'limitPixels'>;
}

/**
 * The test images of a run, or why they cannot be had: a page of long measurements is worth more than its pictures.
 *
 * @param data where they are (default: as the run has it)
 */
export async function openTestPictures(
  run: string,
  data?: string,
): Promise<{ pictures?: TestPictures; missing: string[] }> {
  try {
    const folder = RunFolder.open(run);
    const { config, images } = folder.readConfig() as unknown as RecordedRun;
    // What was passed over was said, and allowed, where the network was measured.
    const opened = await openDataLike(data, { data: config.data, images }, { allowSkipped: true });
    const location = data ?? config.data;
    const isOther = dataLocation(location) !== config.data;
    // Numbers of images are those of the part that was measured, without pictures that were trained on.
    const { parts } = await checkRunData(folder, opened, dataFolder(location), { isOther });
    return { pictures: testPictures(parts.test, { limitPixels: config.limitPixels }), missing: [] };
  } catch (error) {
    return { missing: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Images that are open, for a page. */
export function testPictures(images: LabeledImages, options: ReadImagesOptions = {}): TestPictures {
  return {
    images,
    async pixelsOf(index) {
      const read = await readImages(images, [index], options).catch(() => undefined);
      return read && { data: imageOf(read, 0, 'NCHW'), height: images.height, width: images.width };
    },
  };
}

/** A picture as a data URI: webp, without loss for a small one, whose pixels show. */
export async function pictureUri({ data, height, width }: Pixels): Promise<string> {
  const plane = height * width;
  const channels = data.length / plane;
  const pixels = Uint8Array.from({ length: plane * 3 }, (_, i) => {
    const channel = Math.min(i % 3, channels - 1);
    return data[channel * plane + Math.floor(i / 3)]!;
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
${scrolling(`Mixed batch of ${title}`, html`<img class="sheet" src="${await webpUri(sharp(path))}" alt="Images of a training batch of ${title}, their partners, and how they were mixed, with the share of each label">`)}</figure>`;
    }),
  );
  return figures.some((figure) => figure) ? html`${figures}` : undefined;
}
