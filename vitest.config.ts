import { defineConfig } from 'vitest/config';

// Forks, not threads: a crash of the addon must not take the whole run down. One worker at a time is enough on two
// cores, since LibTorch's own threads use both.
const shared = { pool: 'forks' as const, testTimeout: 120_000, hookTimeout: 120_000 };

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
