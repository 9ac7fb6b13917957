import { type RandomStream, stream } from '../../random/index.ts';
import { kinds } from './kinds.ts';
import type { PlacedObject, ScenePlan } from './scene-plan.ts';

export type Captions = [string, string, string, string, string];

/**
 * Five descriptions of a scene that a person might have written. Each is true of the scene and names the main object's
 * kind; between them they also give its colors, its place, the background and the other objects.
 */
export function writeCaptions(plan: ScenePlan, seed: number, part: string, index: number): Captions {
  const random = stream(seed, 'shapes', part, index, 'captions');
  const pick = (...choices: [string, ...string[]]) => choices[random.integer(choices.length)]!;
  const [main, ...others] = plan.objects;
  const kind = kinds[main.kind]!.name;
  const place = placeOf(main);
  const background = backgroundOf(plan);
  return [
    sentence(`${withArticle(coloredKind(main))} ${place}${pick('', ' of the picture', ' of the image')}`),
    sentence(`${withArticle(kind)} ${pick('in front of', 'on', 'against')} ${background}`),
    sentence(beside(kind, others, random)),
    sentence(`${pick('there is', 'this is', 'the picture shows')} ${withArticle(coloredKind(main))} on ${background}`),
    sentence(`${pick('the largest thing here is', 'we see', 'one can see')} ${withArticle(kind)} ${place}`),
  ];
}

/** As in `red and white striped disc`; a plain one has one color. */
function coloredKind({ kind, surface }: PlacedObject): string {
  const { name, texture } = kinds[kind]!;
  const [first, second] = surface.colors;
  return texture === 'plain' || first.name === second.name
    ? `${first.name} ${name}`
    : `${first.name} and ${second.name} ${name}`;
}

/** Where the middle of the object is. */
function placeOf({ x, y }: PlacedObject): string {
  const column = x < 0.43 ? 'left' : x > 0.57 ? 'right' : '';
  const row = y < 0.43 ? 'top' : y > 0.57 ? 'bottom' : '';
  if (row !== '' && column !== '') return `at the ${row} ${column}`;
  if (row !== '') return `at the ${row}`;
  return column === '' ? 'in the middle' : `on the ${column}`;
}

function backgroundOf({ background, sticks }: ScenePlan): string {
  const clutter = sticks.length >= 3 ? ' with sticks lying about' : '';
  return `a ${background.texture} background${clutter}`;
}

function beside(kind: string, others: readonly PlacedObject[], random: RandomStream): string {
  if (others.length === 0) return `${withArticle(kind)} ${['by itself', 'all alone'][random.integer(2)]}`;
  const names = others.map((other) => withArticle(kinds[other.kind]!.name));
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const count = others.length === 1 ? 'one smaller object' : `${others.length} smaller objects`;
  return random.integer(2) === 0
    ? `${withArticle(kind)} with ${count}: ${list}`
    : `${withArticle(kind)} that is larger than ${list}`;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
