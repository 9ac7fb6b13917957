/** Whether images that are meant to be unknown to a network are among those that it knows. */
import { createHash } from 'node:crypto';
import { dataSets, imageAt, isPartOf, type LabeledImages, parseDataText } from '../../data/index.ts';
import type { TrainedNetwork } from '../network.ts';

/** A larger share of known images makes an OOD set none. Data sets overlap a little. */
const tolerated = 0.01;

/** A text that two images share only where all of their bytes are the same. */
export function fingerprint(pixels: Uint8Array): string {
  return createHash('sha1').update(pixels).digest('base64');
}

/** The fingerprints of images in memory; none of pictures, which would all have to be decoded. */
export function fingerprintsOf(set: LabeledImages): string[] {
  if (!('images' in set)) return [];
  return Array.from({ length: set.length }, (_, index) => fingerprint(imageAt(set, index)));
}

export interface OodImages {
  /** As it was asked for. */
  text: string;
  name: string;
  fingerprints: readonly string[];
}

export interface KnownFingerprints {
  training: ReadonlySet<string>;
  test: ReadonlySet<string>;
}

/** One sentence where an OOD set is the network's data, a part of it, or holds more than 1 % of its images. */
export function knownWarning(
  { text, name, fingerprints }: OodImages,
  known: KnownFingerprints,
  { config, data }: TrainedNetwork,
): string | undefined {
  const expected = `${name}: expected images that the network does not know`;
  const own = [config.data, data].find((location) => isPartOf(text, location));
  if (own !== undefined) {
    const isDrawnAnew = dataSets.find(parseDataText(text).path)?.isNamed && text !== own;
    return `${expected}, got ${isDrawnAnew ? 'data of the same kind as its own' : 'its own data'}, ${own}.`;
  }
  for (const [kind, prints] of [
    ['training', known.training],
    ['test', known.test],
  ] as const) {
    const count = fingerprints.filter((print) => prints.has(print)).length;
    if (count <= tolerated * fingerprints.length) continue;
    const percent = ((100 * count) / fingerprints.length).toFixed(1);
    return `${expected}, got ${percent} % that are among the ${kind} images of ${data}.`;
  }
  return undefined;
}
