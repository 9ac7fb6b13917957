import { type Canvas, develop, type Paintable, paintBackground, paintOver, textureAt } from '../drawn/canvas.ts';
import type { Rgb } from '../drawn/color.ts';
import { patchPaint } from '../drawn/patch.ts';
import { across, along } from '../drawn/plane.ts';
import { kinds } from './kinds.ts';
import type { PlacedObject, ScenePlan } from './scene-plan.ts';

/** The picture of a plan, and which object each pixel belongs to (-1: none): an object owns what it covers by half. */
export function renderScene(plan: ScenePlan, size: number): { image: Uint8Array } & Pick<Canvas, 'owners' | 'size'> {
  const canvas = paintBackground(size, plan.background);
  for (const stick of plan.sticks) paintOver(canvas, patchPaint(stick), -1);
  // From the last to the first: the main object comes out in front.
  for (let i = plan.objects.length - 1; i >= 0; i--) paintOver(canvas, objectPaint(plan.objects[i]!), i);
  return { image: develop(canvas, plan), owners: canvas.owners, size };
}

function objectPaint({ kind, x, y, radius, direction, surface }: PlacedObject): Paintable {
  const { outline } = kinds[kind]!;
  const [first, second] = surface.colors;
  const paint = (pointX: number, pointY: number): Rgb | undefined => {
    const dx = (pointX - x) / radius;
    const dy = (pointY - y) / radius;
    if (!outline.contains(along(direction, dx, dy), across(direction, dx, dy))) return undefined;
    return textureAt(surface, dx, dy) === 0 ? first.rgb : second.rgb;
  };
  return { x, y, reach: radius * outline.reach, paint };
}
