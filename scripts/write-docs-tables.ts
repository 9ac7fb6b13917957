// Writes the tables of the documentation from the lists: npm run docs
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pagesWithTables, readPage, withTables } from './docs-tables.ts';

for (const path of pagesWithTables()) {
  const before = readPage(path);
  const after = withTables(path, before);
  if (after === before) continue;
  writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), after);
  console.log(`${path}: written anew`);
}
