import { spawnSync } from 'node:child_process';

/**
 * A Python that has PyTorch: `PATCHWORK_PYTHON`, else the first of `python3` and the system's own (which a version
 * manager may hide). `undefined` where there is none: tests against live PyTorch skip.
 */
export function pythonWithTorch(): string | undefined {
  const given = process.env.PATCHWORK_PYTHON;
  const candidates = given === undefined ? ['python3', '/usr/bin/python3'] : [given];
  return candidates.find((python) => spawnSync(python, ['-c', 'import torch']).status === 0);
}
