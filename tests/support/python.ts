import { spawnSync } from 'node:child_process';
import { version } from '../../src/torch/index.ts';

/**
 * A Python that has PyTorch: `PATCHWORK_PYTHON`, else the first of `python3` and the system's own (which a version
 * manager may hide). `undefined` where there is none: tests against live PyTorch skip.
 */
export function pythonWithTorch(): string | undefined {
  const given = process.env.PATCHWORK_PYTHON;
  const candidates = given === undefined ? ['python3', '/usr/bin/python3'] : [given];
  return candidates.find((python) => spawnSync(python, ['-c', 'import torch']).status === 0);
}

/**
 * The Python whose PyTorch is the LibTorch in use, for what agrees only where every kernel does; `skipped` is what the
 * name of a test says where there is none.
 */
export function pythonWithSameTorch(): { python: string | undefined; skipped: string } {
  const number = (text: string) => /^\d+\.\d+\.\d+/.exec(text)?.[0];
  const python = pythonWithTorch();
  const installed = python && spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  if (installed && number(installed.stdout) === number(version())) return { python, skipped: '' };
  return {
    python: undefined,
    skipped: ` (skipped: no Python with PyTorch ${number(version())}; set PATCHWORK_PYTHON)`,
  };
}
