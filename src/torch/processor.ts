import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Instruction sets of the processor as Linux names them (`avx512f`, `amx_bf16`); empty where that is not known. */
export function processorFlags(): ReadonlySet<string> {
  const path = '/proc/cpuinfo';
  const line = existsSync(path) ? /^flags\s*:\s*(.+)$/m.exec(readFileSync(path, 'utf8')) : null;
  return new Set(line?.[1]?.split(' ') ?? []);
}

/** Whether bfloat16 arithmetic is faster than float32 here: the processor has units for it. */
export function hasFastBfloat16(): boolean {
  const flags = processorFlags();
  return flags.has('amx_bf16') || flags.has('avx512_bf16');
}

/** The processor's name. */
export function processorName(): string {
  return cpus()[0]?.model.trim() ?? 'unknown processor';
}
