import type { Comparison } from './compare.ts';
import type { Summary } from './statistics.ts';

/** Where and with what the numbers came about. */
export interface Environment {
  date: string;
  cpu: string;
  processors: number;
  threads: number;
  node: string;
  libtorch: string;
  pytorch: string;
  python: string;
  /** Precision of Patchwork's defaults on this processor. */
  precision: string;
  /** Whether PyTorch's malloc was told to keep freed memory. */
  keepMemory: boolean;
  rounds: number;
  secondsPerRun: number;
}

/**
 * The result as JSON: for each benchmark its ratio, or an object of them, as plain numbers (medians), then `details` with
 * the spread and every round, and `environment`.
 */
export function resultJson(comparisons: ReadonlyMap<string, Comparison>, environment: Environment): string {
  const numbers = [...comparisons].map(([name, { ratios }]) => {
    const medians = Object.fromEntries(Object.entries(ratios).map(([ratio, { median }]) => [ratio, rounded(median)]));
    return [name, medians[name] ?? medians];
  });
  const details = Object.fromEntries(comparisons);
  return `${JSON.stringify({ ...Object.fromEntries(numbers), details, environment }, null, 2)}\n`;
}

const rounded = (value: number) => Number(value.toPrecision(4));

/** A line for each ratio and each run: the median, and from where to where the rounds went. */
export function table(comparisons: ReadonlyMap<string, Comparison>): string {
  const rows = [['', 'median', 'min .. max', 'peak MiB', '']];
  for (const [name, { unit, runs, ratios, peakMemory }] of comparisons) {
    for (const [run, { value, peakBytes }] of Object.entries(runs)) {
      rows.push([`${name}: ${run}`, ...cells(value), (peakBytes.median / 2 ** 20).toFixed(0), unit]);
    }
    for (const [ratio, summary] of Object.entries(ratios)) {
      const memory = peakMemory[ratio];
      const label = ratio === name ? name : `${name}.${ratio}`;
      rows.push([`  = ${label}`, ...cells(summary), memory ? `${rounded(memory.median).toFixed(2)}x` : '', '']);
    }
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => row.map((cell, column) => align(cell, widths[column]!, column)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

function cells({ median, min, max }: Summary): [string, string] {
  return [String(rounded(median)), `${rounded(min)} .. ${rounded(max)}`];
}

/** Words to the left, numbers to the right. */
function align(cell: string, width: number, column: number): string {
  return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width);
}
