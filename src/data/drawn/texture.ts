import { latticeNoise } from './noise.ts';

/**
 * A pattern of two colors over the plane with period 1: how much of the second color is at a point, 0 .. 1.
 */
export type Texture = (x: number, y: number) => number;

/** The textures that tell objects apart. */
export const objectTextures = ['plain', 'striped', 'spotted', 'checkered'] as const;

/** Backgrounds also come in textures, so that a texture somewhere in the picture does not give the class away. */
export const backgroundTextures = ['plain', 'striped', 'spotted', 'checkered', 'cloudy'] as const;

export type ObjectTexture = (typeof objectTextures)[number];
export type BackgroundTexture = (typeof backgroundTextures)[number];

export const textures: Record<BackgroundTexture, Texture> = {
  plain: () => 0,
  striped: (x) => (x - Math.floor(x) < 0.5 ? 0 : 1),
  spotted,
  checkered: (x, y) => (Math.floor(2 * x) + Math.floor(2 * y)) & 1,
  cloudy: (x, y) => latticeNoise(x, y),
};

/** Round spots, every second row shifted by half a period. */
function spotted(x: number, y: number): number {
  const row = Math.floor(y / 0.87);
  const column = x + (row & 1) * 0.5;
  const dx = column - Math.floor(column) - 0.5;
  const dy = y - row * 0.87 - 0.435;
  return dx * dx + dy * dy <= 0.1 ? 1 : 0;
}
