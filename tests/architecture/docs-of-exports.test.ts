import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkDocs } from '../../scripts/check-docs-of-exports.mjs';
import { writeDeclarations } from '../support/typescript.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-docs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('every exported function, class and constant says what it is', () => {
  writeDeclarations(folder);
  const { exports, problems } = checkDocs(folder);
  expect(problems).toEqual([]);
  expect(exports).toBeGreaterThan(300);
});

it('what says nothing is found wherever it is declared, and types are left out', () => {
  const write = (path: string, lines: string[]) => writeFileSync(join(folder, path), lines.join('\n'));
  mkdirSync(join(folder, 'room', 'inner'), { recursive: true });
  write('room/index.d.ts', [
    '/** A room. */',
    "export { said, silent as quiet, type Shape } from './one.ts';",
    "export * from './inner/index.ts';",
    '/** Of two forms, of which one is explained. */',
    'export declare function overloaded(text: string): void;',
    'export declare function overloaded(number: number): void;',
  ]);
  write('room/one.d.ts', [
    '/** Says a word. @throws where it is none */',
    'export declare function said(word: string): void;',
    '/** @throws always */',
    'declare function silent(): void;',
    'export interface Shape {',
    '    side: number;',
    '}',
    'export { silent };',
  ]);
  write('room/inner/index.d.ts', ["export * from './two.ts';"]);
  write('room/inner/two.d.ts', [
    '/** Of the file. */',
    'export declare const one: number;',
    'export declare class Two {}',
  ]);
  const { exports, problems } = checkDocs(folder);
  expect(exports).toBe(5);
  expect(problems).toEqual([
    'patchwork/room: Two (room/inner/two.d.ts): expected a docstring, got none',
    "patchwork/room: quiet (room/one.d.ts): expected a docstring with a sentence before its tags, got '@throws always'",
  ]);
});
