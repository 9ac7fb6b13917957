import type { Module } from './module.ts';

/** A readable table of a network: one line a module, indented, with what it is and how many values it learns. */
export function summarize(root: Module): string {
  const rows: [string, string][] = [];
  for (const [path, module] of root.modules()) {
    const depth = path === '' ? 0 : path.split('.').length;
    const name = path === '' ? '' : `${path.split('.').at(-1)}: `;
    const detail = module.describe();
    const label = `${'  '.repeat(depth)}${name}${module.constructor.name}${detail === '' ? '' : `(${detail})`}`;
    rows.push([label, module.parameterCount.toLocaleString('en-US')]);
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  const digits = Math.max(...rows.map(([, count]) => count.length));
  return rows.map(([label, count]) => `${label.padEnd(width)}  ${count.padStart(digits)}`).join('\n');
}
