import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const soak = fileURLToPath(new URL('../memory-soak.ts', import.meta.url));

// In a process of its own, whose memory nothing else uses. What the engine holds is counted, and must be the same after
// every step; resident memory is the system's word for what nobody counts. JavaScript may take another young generation
// (16 MB of 500) at any moment, so that a leak shows here from 0.4 MB a step; the long form is sharper:
// node --import tsx tests/memory-soak.ts
it('training ResNet-20 holds the same tensors and bytes after every step, and resident memory stays', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', soak, '--warmup', '120', '--steps', '60', '--json'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const { steps, tensors, tensorBytes, growth } = JSON.parse(stdout) as {
    steps: number;
    tensors: number[];
    tensorBytes: number[];
    growth: number;
  };
  expect(steps).toBe(60);
  expect(tensors).toHaveLength(1);
  expect(tensorBytes).toHaveLength(1);
  expect(growth).toBeLessThan(0.05);
});
