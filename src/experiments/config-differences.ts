import type { TrainConfig } from '../config/index.ts';

export interface ConfigDifference {
  /** As in `optimizer.learningRate`. */
  key: string;
  /** Values as JSON; `-` where the key is left out. */
  expected: string;
  got: string;
}

/** How batches are prepared, what is kept in memory and how often one saves changes nothing about what a training comes to. */
const irrelevant: readonly string[] = ['workers', 'cache', 'checkpointMinutes'];

/** The keys in which two configurations differ, where that changes what a training comes to. */
export function configDifferences(expected: TrainConfig, got: TrainConfig): ConfigDifference[] {
  const [before, after] = [leavesOf(expected), leavesOf(got)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter((key) => !irrelevant.includes(key));
  return keys
    .map((key) => ({ key, expected: before.get(key) ?? '-', got: after.get(key) ?? '-' }))
    .filter((difference) => difference.expected !== difference.got);
}

/** Every value that is not a mapping, as JSON by its path; one text alone is the same as a list of it. */
function leavesOf(value: object, path = ''): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [name, inner] of Object.entries(value)) {
    const key = path === '' ? name : `${path}.${name}`;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      for (const [innerKey, leaf] of leavesOf(inner, key)) leaves.set(innerKey, leaf);
    } else if (inner !== undefined) {
      leaves.set(key, JSON.stringify(Array.isArray(inner) && inner.length === 1 ? inner[0] : inner));
    }
  }
  return leaves;
}
