import { defineConfig } from 'vitest/config';

// Forks, not threads: a crash of the addon must not take the whole run down.
// One engine thread each: threads of several processes that wait for one another on the same cores take many times longer.
const env = { OMP_NUM_THREADS: '1' };
const shared = { pool: 'forks' as const, testTimeout: 120_000, hookTimeout: 120_000, env };

export default defineConfig({
  test: {
    ...shared,
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'unit', include: ['src/**/*.test.ts', 'bench/**/*.test.ts'] } },
      { test: { ...shared, name: 'architecture', include: ['tests/architecture/**/*.test.ts'] } },
      { test: { ...shared, name: 'system', include: ['tests/**/*.test.ts'], exclude: ['tests/architecture/**'] } },
    ],
  },
});
