import { type RandomStream, stream } from '../../random/index.ts';
import type { Exposure, Surface } from '../drawn/canvas.ts';
import { drawColor, drawContrastingColor, type Rgb } from '../drawn/color.ts';
import { type Patch, plainSurface } from '../drawn/patch.ts';
import { between, type Direction, drawDirection, tilted } from '../drawn/plane.ts';
import { drawBackground, drawExposure } from '../drawn/surroundings.ts';
import { kinds } from './kinds.ts';

/**
 * What is in a scene and where, as plain numbers in units of the picture's side: one plan can be rendered at any size.
 */
export interface ScenePlan extends Exposure {
  background: Surface;
  /** Thin bars that lie about: clutter, of no class. */
  sticks: Patch[];
  /** The main object first. It is the largest, whole, and in front of everything. */
  objects: [PlacedObject, ...PlacedObject[]];
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
    ...drawExposure(random),
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

function drawStick(random: RandomStream): Patch {
  const halfLength = between(random, 0.06, 0.2);
  return {
    outline: 'bar',
    x: random.uniform(),
    y: random.uniform(),
    halfLength,
    halfWidth: halfLength * between(random, 0.1, 0.2),
    direction: drawDirection(random),
    surface: plainSurface(drawColor(random)),
  };
}

/** Nearly upright, as most things are: turned by up to 31 degrees (a tangent of 0.6) either way. */
function drawTilt(random: RandomStream): Direction {
  return tilted(between(random, -0.6, 0.6));
}
