import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderLock } from '../files/index.ts';
import { RunFolder } from './run-folder.ts';

let parent: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'patchwork-run-'));
  path = join(parent, 'runs', 'first');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('a run folder', () => {
  it('keeps its configuration and other JSON files, readable by anyone at any time', () => {
    const run = RunFolder.create(path, { epochs: 3 });
    run.writeJson('summary.json', { top1Error: 0.5 });
    const reader = RunFolder.open(path);
    expect(reader.readConfig()).toEqual({ format: 1, epochs: 3 });
    expect(reader.readJson('summary.json')).toEqual({ top1Error: 0.5 });
    run.close();
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'config.json', 'summary.json']);
  });

  it('is not started over a run, and the error gives both ways out', () => {
    RunFolder.create(path, { epochs: 3 }).close();
    expect(() => RunFolder.create(path, { epochs: 4 })).toThrow(
      `run folder ${path}: expected a new or empty folder, got one that holds a run; ` +
        `use another --run, or train on with 'patchwork resume ${path}'`,
    );
    expect(RunFolder.open(path).readConfig()).toEqual({ format: 1, epochs: 3 });
  });

  it('is not started over a file or over somebody else’s files', () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'thesis.tex'), '');
    expect(() => RunFolder.create(path, {})).toThrow(/got one that holds thesis\.tex; use another --run/);
    expect(() => RunFolder.create(join(path, 'thesis.tex'), {})).toThrow(/expected a folder, got a file/);
    expect(readdirSync(path)).toEqual(['thesis.tex']);
  });

  it('is started in an empty folder, also where a start was killed', () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'run.lock'), lockOf({ pid: deadPid() }));
    writeFileSync(join(path, '.tmp-4242-config.json'), '{"epo');
    RunFolder.create(path, { epochs: 1 }).close();
    expect(RunFolder.open(path).readConfig()).toEqual({ format: 1, epochs: 1 });
  });

  it('is followed where it is moved while it is written, and another of its name is left alone', () => {
    const run = RunFolder.create(path, { epochs: 3 });
    const moved = join(parent, 'moved');
    renameSync(path, moved);
    RunFolder.create(path, { epochs: 4 }).close();
    run.writeJson('summary.json', 1);
    run.writeCheckpoint(7, (folder) => writeFileSync(join(folder, 'state.json'), ''));
    expect(run.path).toBe(moved);
    run.close();
    expect(readdirSync(moved).sort()).toEqual(['checkpoints', 'config.json', 'summary.json']);
    expect(readdirSync(join(moved, 'checkpoints'))).toEqual(['step-00000007']);
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'config.json']);
    expect(readdirSync(join(path, 'checkpoints'))).toEqual([]);
    expect(run.path).toBe(moved);
  });

  it('moved while a checkpoint is being written gets it at its new place', () => {
    const run = RunFolder.create(path, {});
    const moved = join(parent, 'moved');
    run.writeCheckpoint(7, (folder) => {
      if (existsSync(path)) renameSync(path, moved);
      writeFileSync(join(folder, 'state.json'), '');
    });
    run.close();
    expect(readdirSync(join(moved, 'checkpoints'))).toEqual(['step-00000007']);
    expect(existsSync(path)).toBe(false);
  });

  it('removed while it is written ends the writing with a sentence, and is not made again', () => {
    const run = RunFolder.create(path, {});
    rmSync(path, { recursive: true });
    const message = `run folder ${path}: expected the folder that is being written, got none: it was moved or removed`;
    expect(() => run.writeJson('summary.json', 1)).toThrow(message);
    expect(() => run.writeCheckpoint(1, () => {})).toThrow(message);
    run.close();
    expect(existsSync(path)).toBe(false);
  });

  it('reads JSON that begins with a byte order mark', () => {
    RunFolder.create(path, { epochs: 3 }).close();
    writeFileSync(join(path, 'config.json'), `\uFEFF${readFileSync(join(path, 'config.json'), 'utf8')}`);
    expect(RunFolder.open(path).readConfig()).toEqual({ format: 1, epochs: 3 });
  });

  it('is not opened where there is none', () => {
    expect(() => RunFolder.open(path)).toThrow(
      /expected one with a config\.json, got no such folder; .*patchwork train --run/,
    );
    mkdirSync(path, { recursive: true });
    expect(() => RunFolder.open(path)).toThrow(/got none there/);
  });

  it('says which file is not JSON', () => {
    RunFolder.create(path, {}).close();
    writeFileSync(join(path, 'config.json'), '{"epochs":');
    expect(() => RunFolder.open(path).readConfig()).toThrow(`${join(path, 'config.json')}: expected JSON, got:`);
  });

  it('is cleared of temporary files when opened for writing, not when read', () => {
    RunFolder.create(path, {}).close();
    writeFileSync(join(path, '.tmp-4242-summary.json'), '');
    mkdirSync(join(path, 'checkpoints', '.tmp-5-4242'));
    RunFolder.open(path);
    expect(readdirSync(path)).toContain('.tmp-4242-summary.json');
    RunFolder.open(path, { write: true }).close();
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'config.json']);
    expect(readdirSync(join(path, 'checkpoints'))).toEqual([]);
  });
});

interface Owner {
  pid: number;
  startTime?: string;
  host?: string;
}

function lockOf({ pid, startTime = '', host = hostname() }: Owner): string {
  return JSON.stringify({ pid, startTime, host });
}

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('the lock of a run', () => {
  const lock = () => join(path, 'run.lock');
  beforeEach(() => RunFolder.create(path, {}).close());

  it('is held by one writer at a time and given back', () => {
    {
      using first = RunFolder.open(path, { write: true });
      expect(first.path).toBe(path);
      expect(() => RunFolder.open(path, { write: true })).toThrow(`got process ${process.pid} on ${hostname()}`);
    }
    RunFolder.open(path, { write: true }).close();
    expect(readdirSync(path)).not.toContain('run.lock');
  });

  it('of a living process is respected', () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      writeFileSync(lock(), lockOf({ pid: other.pid! }));
      expect(() => RunFolder.open(path, { write: true })).toThrow(`got process ${other.pid} on`);
      expect(readFileSync(lock(), 'utf8')).toBe(lockOf({ pid: other.pid! }));
    } finally {
      other.kill('SIGKILL');
    }
  });

  it.each([
    ['a process that is gone', () => lockOf({ pid: deadPid() })],
    ['a process whose id went to another one', () => lockOf({ pid: process.pid, startTime: 'an earlier boot 17' })],
    ['a crash that left it unreadable', () => ''],
  ])('of %s is taken over', (_, text) => {
    writeFileSync(lock(), text());
    const run = RunFolder.open(path, { write: true });
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
    run.close();
  });

  it('of another machine is left alone, and the error says which file to delete', () => {
    writeFileSync(lock(), lockOf({ pid: 1, host: 'elsewhere' }));
    expect(() => RunFolder.open(path, { write: true })).toThrow(
      `process 1 on elsewhere; wait for it or stop it (if it is gone for certain, delete ${lock()})`,
    );
  });

  it.each([
    ['run', '--run'],
    ['experiment', '--out'],
  ] as const)('of a folder of kind %s names the flag for another one, %s', (kind, flag) => {
    writeFileSync(lock(), lockOf({ pid: 1, host: 'elsewhere' }));
    expect(() => FolderLock.acquire(path, kind)).toThrow(
      new RegExp(`^${kind} folder ${path}: .*, or use another ${flag}$`),
    );
  });

  it('lets exactly one of several processes in that start at once over a stale lock', async () => {
    writeFileSync(lock(), lockOf({ pid: deadPid() }));
    const module = new URL('../files/index.ts', import.meta.url).href;
    // Each holds the lock, if it gets it, until all have tried.
    const program = `
      const { FolderLock } = await import('${module}');
      process.stdin.once('data', () => {
        try { FolderLock.acquire('${path}'); console.log('held'); } catch { console.log('refused'); }
        process.stdin.once('data', () => process.exit());
      });
      console.log('ready');`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const next = (child: (typeof children)[number]) =>
      new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())));
    const ready = children.map(next);
    await Promise.all(ready);
    const answers = children.map(next);
    for (const child of children) child.stdin.write('go\n');
    const outcomes = await Promise.all(answers);
    for (const child of children) child.stdin.write('end\n');
    expect(outcomes.sort()).toEqual(['held', 'refused', 'refused', 'refused']);
  });
});
