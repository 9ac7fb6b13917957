import { type RandomStream, stream } from '../../random/index.ts';
import { blendColors, type Color, drawColor, drawContrastingColor, type Rgb, vary } from './color.ts';
import { kinds } from './kinds.ts';
import { type BackgroundTexture, backgroundTextures } from './texture.ts';

/**
 * What is in a scene and where, as plain numbers in units of the picture's side: one plan can be rendered at any size.
 * Nothing but sums, products, quotients, square roots and comparisons of doubles is used here and in rendering, which
 * IEEE 754 and JavaScript define to the last bit; sines, powers and exponentials, which they do not, are avoided.
 */
export interface ScenePlan {
  background: Surface;
  /** Thin bars that lie about: clutter, of no class. */
  sticks: Stick[];
  /** The main object first. It is the largest, whole, and in front of everything. */
  objects: [PlacedObject, ...PlacedObject[]];
  light: Light;
  /** Standard deviation of the pixels' noise, in 0 .. 1 units. */
  noise: number;
  /** Chooses the noise. */
  noiseSalt: number;
}

/** A unit vector. */
export type Direction = readonly [x: number, y: number];

/** A texture in two colors, turned and shifted. */
export interface Surface {
  texture: BackgroundTexture;
  colors: readonly [Color, Color];
  period: number;
  direction: Direction;
  shift: number;
}

export interface PlacedObject {
  /** The label: a place in `kinds`. */
  kind: number;
  x: number;
  y: number;
  radius: number;
  direction: Direction;
  surface: Surface;
}

export interface Stick {
  x: number;
  y: number;
  halfLength: number;
  halfWidth: number;
  direction: Direction;
  rgb: Rgb;
}

/** Brightness falls from `bright` to `dark` across the picture, and contrast is reduced about mid-gray. */
export interface Light {
  bright: number;
  dark: number;
  direction: Direction;
  contrast: number;
}

/** Draws what is in scene `index` of a part. Labels take turns, so that the classes of a part are equally frequent. */
export function planScene(seed: number, part: string, index: number): ScenePlan {
  const random = stream(seed, 'shapes', part, index);
  const background = drawBackground(random);
  const behind = background.colors.map(({ rgb }) => rgb);
  const main = placeMain(random, index % kinds.length, behind);
  const objects: ScenePlan['objects'] = [main];
  for (let count = random.integer(3); count > 0; count--) {
    const distractor = placeDistractor(random, objects, behind);
    if (distractor !== undefined) objects.push(distractor);
  }
  return {
    background,
    sticks: Array.from({ length: random.integer(7) }, () => drawStick(random)),
    objects,
    light: drawLight(random),
    noise: between(random, 0.01, 0.05),
    noiseSalt: random.integer(2 ** 31),
  };
}

function drawBackground(random: RandomStream): Surface {
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

/** The main object lies wholly inside the picture and stands out from the background. */
function placeMain(random: RandomStream, kind: number, behind: readonly Rgb[]): PlacedObject {
  const radius = between(random, 0.25, 0.39);
  const reach = radius * kinds[kind]!.outline.reach;
  const place = () => between(random, reach, 1 - reach);
  return { kind, x: place(), y: place(), radius, ...drawLook(random, kind, behind) };
}

/** A smaller object of another kind, at most half hidden; undefined where ten places were tried and none was free. */
function placeDistractor(
  random: RandomStream,
  placed: ScenePlan['objects'],
  behind: readonly Rgb[],
): PlacedObject | undefined {
  const [main] = placed;
  const kind = (main.kind + 1 + random.integer(kinds.length - 1)) % kinds.length;
  const radius = main.radius * between(random, 0.3, 0.6);
  const look = drawLook(random, kind, behind);
  for (let attempt = 0; attempt < 10; attempt++) {
    const [x, y] = [random.uniform(), random.uniform()];
    if (placed.every((other) => isClear(x, y, radius, other))) return { kind, x, y, radius, ...look };
  }
  return undefined;
}

/** Whether the middle of an object, and half of its radius around it, stays clear of another one. */
function isClear(x: number, y: number, radius: number, other: PlacedObject): boolean {
  const needed = other.radius * kinds[other.kind]!.outline.reach + 0.5 * radius;
  return (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y) >= needed * needed;
}

/** How an object is turned and painted; drawn alike for every kind, so that color says nothing of the class. */
function drawLook(
  random: RandomStream,
  kind: number,
  behind: readonly Rgb[],
): Pick<PlacedObject, 'direction' | 'surface'> {
  const first = drawContrastingColor(random, behind, 0.4);
  const second = drawContrastingColor(random, [first.rgb, ...behind], 0.35);
  return {
    direction: drawTilt(random),
    surface: {
      texture: kinds[kind]!.texture,
      colors: [first, second],
      period: between(random, 0.55, 0.85),
      direction: drawDirection(random),
      shift: 8 * random.uniform(),
    },
  };
}

function drawStick(random: RandomStream): Stick {
  const halfLength = between(random, 0.06, 0.2);
  return {
    x: random.uniform(),
    y: random.uniform(),
    halfLength,
    halfWidth: halfLength * between(random, 0.1, 0.2),
    direction: drawDirection(random),
    rgb: drawColor(random).rgb,
  };
}

function drawLight(random: RandomStream): Light {
  return {
    bright: between(random, 0.95, 1.15),
    dark: between(random, 0.7, 0.95),
    direction: drawDirection(random),
    contrast: between(random, 0.6, 1),
  };
}

/** Nearly upright, as most things are: turned by up to 31 degrees (a tangent of 0.6) either way. */
function drawTilt(random: RandomStream): Direction {
  const tangent = between(random, -0.6, 0.6);
  const length = Math.sqrt(1 + tangent * tangent);
  return [1 / length, tangent / length];
}

/** A uniformly random direction: a point of the unit disc, brought to length 1 without a sine. */
function drawDirection(random: RandomStream): Direction {
  for (;;) {
    const x = 2 * random.uniform() - 1;
    const y = 2 * random.uniform() - 1;
    const squared = x * x + y * y;
    if (squared > 0.01 && squared <= 1) return [x / Math.sqrt(squared), y / Math.sqrt(squared)];
  }
}

function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
