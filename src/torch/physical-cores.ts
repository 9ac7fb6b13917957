import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * How many physical cores this process may use: two hyper-threads of one core share its vector units, so that more
 * threads than cores only get in each other's way.
 */
export function physicalCores(): number {
  const siblings = new Set<string>();
  for (let cpu = 0; ; cpu++) {
    const path = `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
    if (!existsSync(path)) break;
    siblings.add(readFileSync(path, 'utf8').trim());
  }
  const usable = availableParallelism();
  return siblings.size > 0 ? Math.min(siblings.size, usable) : usable;
}
