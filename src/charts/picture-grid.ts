/** Pictures in rows and columns, with outlines on them and words around them. */

import sharp, { type OverlayOptions } from 'sharp';
import type { Box, Size } from '../geometry/index.ts';
import { printable } from '../options/index.ts';

/** Bytes of one picture as planes of red, green and blue, or of gray alone. */
export interface Pixels extends Size {
  data: Uint8Array;
}

/** Of a box in a grid that lies over the whole picture: its own pixels, or a coarser one (dashed). */
export interface Outline {
  box: Box;
  grid: Size;
  dashed: boolean;
  /** Default: an orange. */
  color?: string;
}

export interface Line {
  text: string;
  /** Follows the text and is shown whole where the text is too long and cut. */
  ending?: string;
  color?: keyof typeof colors;
}

export interface Cell {
  pixels: Pixels;
  outlines?: readonly Outline[];
  /** Over a corner of the picture. */
  name?: string;
  /** Below the picture. */
  caption?: readonly Line[];
}

/** A share of a whole, drawn as a bar below its words. */
export interface Bar extends Line {
  /** In 0..1. */
  share: number;
}

/** In the place of a picture: as many bars as fit below each other, one for each 36 pixels of the side. */
export interface BarsCell {
  bars: readonly Bar[];
}

export interface PictureGridOptions {
  /** The side in pixels at which every picture is shown. */
  side: number;
  /** Above each column (default: nothing). */
  headings?: readonly (readonly Line[])[];
}

const gap = 8;
const lineHeight = 18;
const colors = { ink: '#222222', accent: '#d2400c', faint: '#6b6b6b' };
const outlineColor = '#ff5a1f';
const bar = { height: 8, room: 2 * lineHeight, color: '#3b76af', rest: '#e4e6ea' };

/** PNG bytes. */
export async function drawPictureGrid(
  rows: readonly (readonly (Cell | BarsCell)[])[],
  { side, headings = [] }: PictureGridOptions,
): Promise<Uint8Array> {
  const columns = Math.max(...rows.map((cells) => cells.length));
  const width = gap + columns * (side + gap);
  const tiles: OverlayOptions[] = [];
  const words: string[] = [];
  const leftOf = (column: number) => gap + column * (side + gap);
  let top = gap;
  headings.forEach((lines, column) => {
    words.push(linesAt(lines, leftOf(column), top - 4, side));
  });
  top += heightOf(headings);
  for (const cells of rows) {
    for (const [column, cell] of cells.entries()) {
      const left = leftOf(column);
      if ('bars' in cell) {
        words.push(barsAt(cell.bars, left, top, side));
        continue;
      }
      tiles.push({ input: await tile(cell.pixels, side), left, top });
      words.push(overPicture(cell, left, top, side), linesAt(cell.caption ?? [], left, top + side, side));
    }
    top += side + gap + heightOf(cells.map((cell) => ('bars' in cell ? [] : (cell.caption ?? []))));
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" font-family="DejaVu Sans, sans-serif" font-size="12">${words.join('')}</svg>`;
  return sharp({ create: { width, height: top, channels: 3, background: '#ffffff' } })
    .composite([...tiles, { input: Buffer.from(svg), left: 0, top: 0 }])
    .png()
    .toBuffer();
}

/** The room that texts side by side take: that of the longest. */
function heightOf(texts: readonly (readonly Line[])[]): number {
  const lines = Math.max(0, ...texts.map(({ length }) => length));
  return lines === 0 ? 0 : lines * lineHeight + gap;
}

/** A picture at the size at which it is shown. Small ones are scaled up without smoothing: they are pixels. */
async function tile({ data, height, width }: Pixels, side: number): Promise<Buffer> {
  const plane = height * width;
  const last = data.length / plane - 1;
  const pixels = new Uint8Array(plane * 3);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = data[Math.min(c, last) * plane + i]!;
  }
  const kernel = Math.max(height, width) > side ? 'lanczos3' : 'nearest';
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(side, side, { kernel, fit: 'fill' })
    .png()
    .toBuffer();
}

function overPicture({ outlines = [], name }: Cell, left: number, top: number, side: number): string {
  const rectangles = outlines.map(({ box: [x1, y1, x2, y2], grid, dashed, color = outlineColor }) => {
    const [x, y] = [(x1 * side) / grid.width, (y1 * side) / grid.height];
    const [width, height] = [((x2 - x1) * side) / grid.width, ((y2 - y1) * side) / grid.height];
    const dashes = dashed ? ' stroke-dasharray="6 4"' : '';
    return `<rect x="${left + x}" y="${top + y}" width="${width}" height="${height}" fill="none" stroke="${color}" stroke-width="2"${dashes}/>`;
  });
  const text =
    name === undefined
      ? ''
      : `<text x="${left + 4}" y="${top + 16}" fill="#fff" stroke="#000" stroke-width="3" paint-order="stroke">${escapeXml(name)}</text>`;
  return rectangles.join('') + text;
}

function linesAt(lines: readonly Line[], left: number, top: number, side: number): string {
  const texts = lines.map(
    ({ text, ending = '', color = 'ink' }, i) =>
      `<text x="${left}" y="${top + (i + 1) * lineHeight}" fill="${colors[color]}">${escapeXml(shortened(printable(text), side, ending) + ending)}</text>`,
  );
  return texts.join('');
}

function barsAt(bars: readonly Bar[], left: number, top: number, side: number): string {
  const drawn = bars.map((entry, i) => {
    const y = top + i * bar.room;
    const box = (width: number, color: string) =>
      `<rect x="${left}" y="${y + lineHeight + 4}" width="${width}" height="${bar.height}" fill="${color}"/>`;
    return linesAt([entry], left, y, side) + box(side, bar.rest) + box(entry.share * side, bar.color);
  });
  return drawn.join('');
}

/** As much of a text as fits before its ending. */
function shortened(text: string, width: number, ending: string): string {
  const room = width - widthOf(ending);
  // More letters than pixels cannot fit, however many there are.
  const letters = [...text.slice(0, 2 * width + 2)];
  if (letters.join('').length === text.length && widthOf(text) <= room) return text;
  while (letters.length > 1 && widthOf(`${letters.join('')}…`) > room) letters.pop();
  return `${letters.join('')}…`;
}

/** About how many pixels a text takes: nothing here can measure it. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + letterWidth(letter), 0);
}

/** Of DejaVu Sans at 12 pixels, a wide typeface, rounded up. */
function letterWidth(letter: string): number {
  if (/[ijlI ,.:;'|]/.test(letter)) return 4;
  if (/[frt()/-]/.test(letter)) return 5;
  if (/[mwMW%@…]/.test(letter)) return 12;
  if (/[\p{Lu}=+<>]/u.test(letter)) return 9;
  return /[\p{Ll}\d_]/u.test(letter) ? 7.7 : 12;
}

/** SVG cannot be read at all where a name has a control character, or half of one: these are written out. */
function escapeXml(text: string): string {
  return printable(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
