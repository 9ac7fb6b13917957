import type { Benchmark } from './benchmarks.ts';
import type { Measurement } from './sides.ts';
import { type Summary, summarize } from './statistics.ts';

export interface RunSummary {
  value: Summary;
  peakBytes: Summary;
}

/** What a benchmark found. A ratio is taken within each round; its median and spread are over the rounds. */
export interface Comparison {
  unit: string;
  runs: Record<string, RunSummary>;
  ratios: Record<string, Summary>;
  /** Patchwork's peak memory over PyTorch's, by the name of the ratio whose runs do the same step. */
  peakMemory: Record<string, Summary>;
}

/** Makes every run of `benchmark` in turn, `rounds` times over, and summarizes. `tell` hears of each as it is done. */
export async function compare(benchmark: Benchmark, rounds: number, tell: (line: string) => void): Promise<Comparison> {
  const made = new Map<string, Measurement[]>(Object.keys(benchmark.runs).map((label) => [label, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [label, run] of Object.entries(benchmark.runs)) {
      if (!made.has(label)) continue;
      const start = `${benchmark.name}, round ${round} of ${rounds}, ${label}:`;
      try {
        const measurement = await run();
        made.get(label)!.push(measurement);
        tell(`${start} ${measurement.value.toPrecision(4)} ${benchmark.unit}`);
      } catch (error) {
        if (!benchmark.optional?.includes(label)) throw error;
        made.delete(label);
        tell(`${start} failed, left out: ${(error as Error).message}`);
      }
    }
  }
  return summarizeRuns(benchmark, made);
}

function summarizeRuns({ unit, ratios }: Benchmark, made: ReadonlyMap<string, readonly Measurement[]>): Comparison {
  const comparison: Comparison = { unit, runs: {}, ratios: {}, peakMemory: {} };
  for (const [label, runs] of made) {
    comparison.runs[label] = {
      value: summarize(runs.map((run) => run.value)),
      peakBytes: summarize(runs.map((run) => run.peakBytes)),
    };
  }
  for (const [name, { of, over, sameStep = false }] of Object.entries(ratios)) {
    const top = comparison.runs[of];
    const bottom = over === undefined ? undefined : comparison.runs[over];
    if (!top || (over !== undefined && !bottom)) continue;
    comparison.ratios[name] = bottom ? ratioOf(top.value, bottom.value) : top.value;
    if (sameStep && bottom) comparison.peakMemory[name] = ratioOf(top.peakBytes, bottom.peakBytes);
  }
  return comparison;
}

function ratioOf(top: Summary, bottom: Summary): Summary {
  return summarize(top.rounds.map((value, round) => value / bottom.rounds[round]!));
}
