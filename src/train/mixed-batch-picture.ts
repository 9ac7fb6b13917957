/** A picture of how a batch was mixed, so that a person sees what the network sees. */
import sharp, { type OverlayOptions } from 'sharp';
import type { Batch } from '../data/index.ts';
import { applyPlan, entryOf, type MixPlan } from '../mix/index.ts';

const shown = 8;
const cell = 128;
const gap = 8;
const captionHeight = 44;

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** One image of planar bytes, scaled up without smoothing: small pictures are pixels. */
async function tile(images: Uint8Array, index: number, [, channels, height, width]: Batch['shape']): Promise<Buffer> {
  const plane = height * width;
  const start = index * channels * plane;
  const pixels = new Uint8Array(plane * 3);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = images[start + Math.min(c, channels - 1) * plane + i]!;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(cell, cell, { kernel: 'nearest', fit: 'fill' })
    .png()
    .toBuffer();
}

function caption(own: string, partner: string, share: number): string {
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  return `${escapeXml(own)} ${percent(share)}|${escapeXml(partner)} ${percent(1 - share)}`;
}

/** Outlines of the pasted boxes, and the labels that the loss gets. */
function overlay(batch: Batch, plan: MixPlan, classes: readonly string[], count: number): Buffer {
  const [, , height, width] = batch.shape;
  const top = 2 * (cell + gap);
  const parts = Array.from({ length: count }, (_, n) => {
    const left = gap + n * (cell + gap);
    const box = entryOf(plan.boxes, n);
    const partner = plan.permutation[n]!;
    const [own, other] = caption(
      classes[batch.labels[n]!]!,
      classes[batch.labels[partner]!]!,
      entryOf(plan.labelWeight, n),
    ).split('|');
    const rectangle = [
      (box.x1 * cell) / width,
      (box.y1 * cell) / height,
      ((box.x2 - box.x1) * cell) / width,
      ((box.y2 - box.y1) * cell) / height,
    ];
    const [x, y, w, h] = rectangle as [number, number, number, number];
    return (
      `<rect x="${left + x}" y="${gap + top + y}" width="${w}" height="${h}" fill="none" stroke="#ff5a1f" stroke-width="2"/>` +
      `<text x="${left}" y="${gap + top + cell + 18}" fill="#222">${own}</text>` +
      `<text x="${left}" y="${gap + top + cell + 36}" fill="#d2400c">${other}</text>`
    );
  });
  const labels = ['own', 'partner', 'mixed'].map(
    (name, row) =>
      `<text x="${gap + 4}" y="${gap + row * (cell + gap) + 16}" fill="#fff" stroke="#000" stroke-width="3" paint-order="stroke">${name}</text>`,
  );
  const size = pictureSize(count);
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" font-family="DejaVu Sans, sans-serif" font-size="12">${parts.join('')}${labels.join('')}</svg>`,
  );
}

function pictureSize(count: number): { width: number; height: number } {
  return { width: gap + count * (cell + gap), height: gap + 3 * (cell + gap) + captionHeight };
}

/**
 * PNG bytes: for up to eight samples of the batch the own picture, its partner, and the mixture with the pasted box
 * outlined and the share of each label below.
 */
export async function drawMixedBatch(batch: Batch, plan: MixPlan, classes: readonly string[]): Promise<Buffer> {
  const [batchSize, channels, height, width] = batch.shape;
  const count = Math.min(shown, batchSize);
  const mixed = applyPlan({ data: batch.images, shape: [batchSize, channels, height, width], layout: 'NCHW' }, plan);
  const tiles: OverlayOptions[] = [];
  for (let n = 0; n < count; n++) {
    const rows: [Uint8Array, number][] = [
      [batch.images, n],
      [batch.images, plan.permutation[n]!],
      [mixed.data as Uint8Array, n],
    ];
    for (const [row, [images, index]] of rows.entries()) {
      tiles.push({
        input: await tile(images, index, batch.shape),
        left: gap + n * (cell + gap),
        top: gap + row * (cell + gap),
      });
    }
  }
  return sharp({ create: { ...pictureSize(count), channels: 3, background: '#fff' } })
    .composite([...tiles, { input: overlay(batch, plan, classes, count), left: 0, top: 0 }])
    .png()
    .toBuffer();
}
