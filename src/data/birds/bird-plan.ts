import { type RandomStream, stream } from '../../random/index.ts';
import type { Exposure, Surface } from '../drawn/canvas.ts';
import { type Color, vary } from '../drawn/color.ts';
import { type Patch, plainSurface } from '../drawn/patch.ts';
import { between, type Direction, drawDirection, tilted } from '../drawn/plane.ts';
import { drawBackground, drawExposure } from '../drawn/surroundings.ts';
import { type BirdPart, birdParts, birdSpecies, leafColors, type Species } from './species.ts';

/** A bird and its surroundings, in units of the picture's side: one plan can be painted at any size. */
export interface BirdPlan extends Exposure {
  background: Surface;
  /** Leaves behind the bird. */
  behind: Patch[];
  parts: Record<BirdPart, Patch>;
  eye: Patch;
  /** Leaves over parts, at most three: the two others tell the class. */
  leaves: Partial<Record<BirdPart, Patch>>;
}

/** Where a bird sits, how large it is, and which way it looks. */
interface Pose {
  x: number;
  y: number;
  scale: number;
  direction: Direction;
  /** -1: to the left. */
  facing: 1 | -1;
}

/**
 * Plans the bird of a class.
 *
 * @param hidden the chance of each part to have a leaf in front
 */
export function planBird(seed: number, part: string, index: number, hidden: number): BirdPlan {
  const random = stream(seed, 'birds', part, index);
  const { colors } = birdSpecies[index % birdSpecies.length]!;
  const pose: Pose = {
    x: between(random, 0.4, 0.6),
    y: between(random, 0.4, 0.6),
    scale: between(random, 0.48, 0.68),
    direction: tilted(between(random, -0.6, 0.6)),
    facing: random.uniform() < 0.5 ? -1 : 1,
  };
  const parts = drawParts(random, pose, colors);
  return {
    background: drawBackground(random),
    behind: Array.from({ length: random.integer(5) }, () => drawLeaf(random)),
    parts,
    eye: eyeOf(pose, parts.head),
    leaves: drawLeaves(random, parts, hidden),
    ...drawExposure(random),
  };
}

/** Parts of a bird of length 2 about its middle that looks to the right; each lies and is as large as it happens to. */
function drawParts(random: RandomStream, pose: Pose, colors: Species['colors']): Record<BirdPart, Patch> {
  const length = (usual: number) => pose.scale * usual * between(random, 0.85, 1.15);
  const shift = () => between(random, -0.06, 0.06);
  const place = (
    name: BirdPart,
    outline: Patch['outline'],
    [u, v]: readonly [number, number],
    [halfLength, halfWidth]: readonly [number, number],
    [least, most]: readonly [number, number],
  ): Patch => {
    const [x, y] = onPicture(pose, u, v);
    return {
      ...{ outline, x, y, halfLength: length(halfLength), halfWidth: length(halfWidth) },
      direction: turned(pose, tilted(between(random, least, most))),
      surface: drawPlumage(random, colors[name]),
    };
  };
  const neck = between(random, -0.08, 0.08);
  return {
    tail: place('tail', 'triangle', [-0.68, 0.1 + shift()], [0.34, 0.2], [-0.5, 0.2]),
    body: place('body', 'ellipse', [-0.02, 0.06], [0.5, 0.32], [-0.35, 0]),
    wing: place('wing', 'ellipse', [-0.14, -0.02 + shift()], [0.34, 0.18], [-0.4, 0.4]),
    beak: place('beak', 'triangle', [0.8 + neck, -0.24 + neck], [0.2, 0.16], [-0.2, 0.4]),
    head: place('head', 'ellipse', [0.47 + neck, -0.26 + neck], [0.22, 0.21], [0, 0]),
  };
}

/** In stripes of two shades. */
function drawPlumage(random: RandomStream, { name, rgb }: Color): Surface {
  const shade = vary(rgb, 0.12, random);
  return {
    texture: 'striped',
    colors: [
      { name, rgb: shade },
      { name, rgb: vary(shade, 0.1, random) },
    ],
    period: between(random, 0.3, 0.6),
    direction: [1, 0],
    shift: random.uniform(),
  };
}

function eyeOf(pose: Pose, { x, y }: Patch): Patch {
  const [right, down] = turned(pose, [0.06, -0.04]);
  const radius = 0.04 * pose.scale;
  return {
    ...{ outline: 'ellipse', x: x + pose.scale * right, y: y + pose.scale * down },
    ...{ halfLength: radius, halfWidth: radius, direction: pose.direction },
    surface: plainSurface({ name: 'black', rgb: [0.05, 0.05, 0.05] }),
  };
}

const mostHidden = 3;

function drawLeaves(random: RandomStream, parts: BirdPlan['parts'], hidden: number): BirdPlan['leaves'] {
  const order = Array.from(random.permutation(birdParts.length), (place) => birdParts[place]!);
  const covered = order.filter(() => random.uniform() < hidden).slice(0, mostHidden);
  return Object.fromEntries(covered.map((name) => [name, drawLeafOver(random, parts[name])]));
}

/** About as large as the part, whose shape it follows: it hides most of it or all. */
function drawLeafOver(random: RandomStream, { x, y, halfLength, halfWidth, direction }: Patch): Patch {
  return {
    ...{ outline: 'ellipse', x, y, direction },
    halfLength: halfLength * between(random, 0.9, 1.2),
    halfWidth: halfWidth * between(random, 1, 1.4),
    surface: plainSurface(drawLeafColor(random)),
  };
}

function drawLeaf(random: RandomStream): Patch {
  const halfLength = between(random, 0.05, 0.2);
  return {
    ...{ outline: random.uniform() < 0.5 ? 'ellipse' : 'triangle', x: random.uniform(), y: random.uniform() },
    ...{ halfLength, halfWidth: halfLength * between(random, 0.4, 0.8), direction: drawDirection(random) },
    surface: plainSurface(drawLeafColor(random)),
  };
}

function drawLeafColor(random: RandomStream): Color {
  const { name, rgb } = leafColors[random.integer(leafColors.length)]!;
  return { name, rgb: vary(rgb, 0.07, random) };
}

/** From a bird's own axes, forward and down, to the picture's. */
function turned({ direction: [c, s], facing }: Pose, [forward, down]: Direction): Direction {
  return [facing * forward * c - down * s, facing * forward * s + down * c];
}

function onPicture(pose: Pose, forward: number, down: number): Direction {
  const [right, below] = turned(pose, [forward, down]);
  return [pose.x + pose.scale * right, pose.y + pose.scale * below];
}
