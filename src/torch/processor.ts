import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** Instruction sets of the processor as Linux names them (`avx512f`, `amx_bf16`); empty where that is not known. */
export function processorFlags(): ReadonlySet<string> {
  const path = '/proc/cpuinfo';
  const line = existsSync(path) ? /^flags\s*:\s*(.+)$/m.exec(readFileSync(path, 'utf8')) : null;
  return new Set(line?.[1]?.split(' ') ?? []);
}

/** The processor's name, as its maker gives it; `unknown processor` where the system does not say. */
export function processorName(): string {
  return cpus()[0]?.model.trim() ?? 'unknown processor';
}

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
