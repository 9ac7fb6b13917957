/** What drawn pictures have in common, whatever they show. */
import type { RandomStream } from '../../random/index.ts';
import type { Exposure, Light, Surface } from './canvas.ts';
import { blendColors, drawColor, vary } from './color.ts';
import { between, drawDirection } from './plane.ts';
import { backgroundTextures } from './texture.ts';

/** In two muted shades of one color. */
export function drawBackground(random: RandomStream): Surface {
  const color = drawColor(random);
  const gray = between(random, 0.3, 0.75);
  const muted = blendColors([gray, gray, gray], color.rgb, between(random, 0.2, 0.7));
  return {
    texture: backgroundTextures[random.integer(backgroundTextures.length)]!,
    colors: [
      { name: color.name, rgb: muted },
      { name: color.name, rgb: vary(muted, 0.15, random) },
    ],
    period: between(random, 0.12, 0.4),
    direction: drawDirection(random),
    shift: 8 * random.uniform(),
  };
}

export function drawExposure(random: RandomStream): Exposure {
  return { light: drawLight(random), noise: between(random, 0.01, 0.05), noiseSalt: random.integer(2 ** 31) };
}

function drawLight(random: RandomStream): Light {
  return {
    bright: between(random, 0.95, 1.15),
    dark: between(random, 0.7, 0.95),
    direction: drawDirection(random),
    contrast: between(random, 0.6, 1),
  };
}
