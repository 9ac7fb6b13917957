import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const soak = fileURLToPath(new URL('../memory-soak.ts', import.meta.url));

// In a process of its own, whose memory nothing else uses; it settles within 200 steps, JavaScript's heap last. The long
// form: node --import tsx tests/memory-soak.ts
it('training ResNet-20 holds the same tensors after every step, and resident memory within 2 %', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', soak, '--warmup', '220', '--steps', '60', '--json'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const { steps, tensors, growth } = JSON.parse(stdout) as { steps: number; tensors: number[]; growth: number };
  expect(steps).toBe(60);
  expect(tensors).toHaveLength(1);
  expect(Math.abs(growth)).toBeLessThan(0.02);
});
