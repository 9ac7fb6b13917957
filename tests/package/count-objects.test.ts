/** `examples/count-objects` in a project that has the packed package: a task, a network and data of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../support/command-line.ts';
import { installPacked, linkPackages } from '../support/consumers.ts';
import { temporaryFolder } from '../support/small-training.ts';
import { tsc } from '../support/typescript.ts';

const example = join(packageRoot, 'examples', 'count-objects');
let project: string;
beforeAll(() => {
  project = temporaryFolder(afterAll);
  installPacked(project);
  linkPackages(project, ['@types/node']);
  for (const name of ['src', 'package.json', 'tsconfig.json']) {
    cpSync(join(example, name), join(project, name), { recursive: true });
  }
});

/** The files of the last checkpoint of a run, and its name. */
function lastCheckpoint(run: string): { name: string; files: Buffer[] } {
  const checkpoints = join(project, run, 'checkpoints');
  const name = readdirSync(checkpoints)
    .filter((entry) => entry.startsWith('step-'))
    .sort()
    .at(-1)!;
  const files = ['model.safetensors', 'optimizer.safetensors', 'state.json'];
  return { name, files: files.map((file) => readFileSync(join(checkpoints, name, file))) };
}

function trainToTheEnd(run: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.js', run], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

describe('the example of a task of its own', () => {
  it('compiles for NodeNext and for a bundler, declarations of the package included', () => {
    const { compilerOptions } = JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8'));
    expect(compilerOptions).toMatchObject({ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false });
    expect(compilerOptions).toMatchObject({ module: 'nodenext' });
    expect(tsc(['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'], project)).toBe('');
    expect(tsc([], project)).toBe('');
  });

  it('uses the public entries alone, and nothing in src/ knows of it', () => {
    const sources = (folder: string) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
    const imported = sources(join(example, 'src')).flatMap(({ text }) =>
      [...text.matchAll(/ from '([^']+)'/g)].map(([, name]) => name),
    );
    expect(imported.length).toBeGreaterThan(10);
    expect(imported.filter((name) => !/^(patchwork\/[a-z]+|node:[a-z]+|\.\/[a-z]+\.js)$/.test(name!))).toEqual([]);
    const knowing = sources(join(packageRoot, 'src')).filter(({ text }) =>
      /count-objects|meanAbsoluteError/.test(text),
    );
    expect(knowing.map(({ name }) => name)).toEqual([]);
  });

  it('learns: its loss falls, and it counts better than the mean does; stopped and started again, to the same bytes', async () => {
    const output = trainToTheEnd('runs/whole');
    const losses = [...output.matchAll(/^epoch \d+: loss ([\d.]+)/gm)].map(([, loss]) => Number(loss));
    expect(losses.length).toBe(10);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    const [, error] = /^test: mean absolute error ([\d.]+)$/m.exec(output)!;
    const [, baseline] = /the mean: ([\d.]+)$/m.exec(output)!;
    expect(Number(error)).toBeLessThan(0.9 * Number(baseline));

    const child = spawn(process.execPath, ['dist/main.js', 'runs/cut'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      if (line.startsWith('epoch 2:')) child.kill('SIGINT');
    }
    if (child.exitCode === null) await once(child, 'exit');
    expect([child.exitCode, lines.at(-1)]).toEqual([0, 'stopped; start again to go on with runs/cut']);
    const whole = lastCheckpoint('runs/whole');
    expect(lastCheckpoint('runs/cut').name < whole.name).toBe(true);
    expect(trainToTheEnd('runs/cut').split('\n').slice(-3)).toEqual(output.split('\n').slice(-3));
    expect(lastCheckpoint('runs/cut')).toEqual(whole);
  });
});
