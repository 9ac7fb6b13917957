import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runForJson } from './child-process.ts';

/** One run of one side. */
export interface Measurement {
  /** Images a second, nanoseconds a call or a fraction, as the benchmark says. */
  value: number;
  /** The most memory that was resident, the language's own runtime included. */
  peakBytes: number;
}

/** What Patchwork says of itself. */
export interface PatchworkFacts {
  libtorch: string;
  threads: number;
  /** What Patchwork's defaults mean on this processor. */
  precision: 'bf16' | 'fp32';
}

export interface Sides {
  patchwork(what: string, mode: 'same' | 'defaults'): Promise<Measurement>;
  pytorch(what: string, mode: 'default' | 'tuned' | 'compile'): Promise<Measurement>;
  facts(): Promise<PatchworkFacts>;
}

export interface SidesOptions {
  /** A Python that can import torch. */
  python: string;
  seconds: number;
  threads: number;
  /** Whether PyTorch's malloc keeps what is freed instead of giving it back to the system and asking again. */
  keepMemory: boolean;
}

/** glibc's settings: large blocks from the heap as well, and none of it given back. */
const keepingMemory = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: String(2 ** 40),
  MALLOC_TOP_PAD_: String(2 ** 30),
};

/** Both sides, ready to be measured: each call is a new process with the same number of threads. */
export function sidesOf({ python, seconds, threads, keepMemory }: SidesOptions): Sides {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  const theirEnv = keepMemory ? { ...env, ...keepingMemory } : env;
  const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const ours = ['--import', 'tsx', script('patchwork.ts')];
  return {
    patchwork: (what, mode) => runForJson(process.execPath, [...ours, what, mode, String(seconds)], env),
    pytorch: (what, mode) => runForJson(python, [script('pytorch.py'), what, mode, String(seconds)], theirEnv),
    facts: () => runForJson(process.execPath, [...ours, 'facts'], env),
  };
}

/** The first of `candidates` that can import torch, with torch's version. Throws, naming all, where none can. */
export function findPyTorch(candidates: readonly string[]): { python: string; version: string } {
  for (const python of candidates) {
    const answer = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
    if (answer.status === 0) return { python, version: answer.stdout.trim() };
  }
  throw new Error(
    `expected a Python that can import torch, tried ${candidates.join(', ')}. ` +
      'Install one (sudo apt-get install python3-torch), or name yours: npm run bench -- --python PATH',
  );
}
