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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FullDiskError } from '../files/index.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';

let path: string;
let checkpoints: CheckpointFolder;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'patchwork-checkpoints-'));
  checkpoints = new CheckpointFolder(path);
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const fill = (text: string) => (folder: string) => writeFileSync(join(folder, 'model'), text);
const contentOf = (name: string) => readFileSync(join(path, name, 'model'), 'utf8');

describe('checkpoints', () => {
  it('are listed by step, also beyond eight digits, and the latest is the one furthest on', () => {
    for (const step of [1234, 7, 123_456_789]) checkpoints.write(step, fill(String(step)));
    expect(checkpoints.list().map(({ name }) => name)).toEqual(['step-00000007', 'step-00001234', 'step-123456789']);
    expect(checkpoints.latest()).toEqual({
      name: 'step-123456789',
      step: 123_456_789,
      path: join(path, 'step-123456789'),
    });
  });

  it('of which the best is the last one written as such', () => {
    expect(checkpoints.best()).toBeUndefined();
    checkpoints.write(1, fill('1'), { best: true });
    checkpoints.write(2, fill('2'), { best: true });
    checkpoints.write(3, fill('3'));
    expect(checkpoints.best()?.step).toBe(2);
    checkpoints.prune(['step-00000002', 'step-00000003']);
    expect(readdirSync(path).sort()).toEqual(['step-00000002', 'step-00000003']);
  });

  it('of which one is being replaced are read as the one before', () => {
    checkpoints.write(1, fill('1'));
    checkpoints.write(2, fill('2'));
    // As between the two renames of a replacement.
    renameSync(join(path, 'step-00000002'), join(path, '.replaced-step-00000002'));
    const latest = checkpoints.latest();
    expect(latest).toMatchObject({ name: 'step-00000002', step: 2 });
    expect(readFileSync(join(latest!.path, 'model'), 'utf8')).toBe('2');
    checkpoints.recover();
    expect(checkpoints.latest()?.path).toBe(join(path, 'step-00000002'));
  });

  it('are not made where their folder is gone', () => {
    rmSync(path, { recursive: true });
    expect(() => checkpoints.write(1, fill('1'))).toThrow('ENOENT');
    expect(existsSync(path)).toBe(false);
  });

  it('are not seen until they are whole', () => {
    checkpoints.write(1, fill('1'));
    checkpoints.write(2, (folder) => {
      fill('2')(folder);
      expect(checkpoints.latest()?.step).toBe(1);
    });
    expect(checkpoints.latest()?.step).toBe(2);
  });

  it('leave nothing behind where writing fails, and keep those there were', () => {
    checkpoints.write(1, fill('1'));
    const broken = (folder: string) => {
      fill('half')(folder);
      throw new Error('broken');
    };
    expect(() => checkpoints.write(1, broken)).toThrow('broken');
    expect(() => checkpoints.write(2, broken)).toThrow('broken');
    expect(readdirSync(path)).toEqual(['step-00000001']);
    expect(contentOf('step-00000001')).toBe('1');
  });

  it('name the checkpoint, not its temporary folder, where the disk is full', () => {
    const full = () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
    expect(() => checkpoints.write(5, full)).toThrow(FullDiskError);
    expect(() => checkpoints.write(5, full)).toThrow(
      /checkpoints-\w+\/step-00000005: expected room to write it, got a full disk/,
    );
  });

  it('of the same step replace each other', () => {
    checkpoints.write(4, fill('within the epoch'));
    checkpoints.write(4, fill('at its end'), { best: true });
    expect(readdirSync(path)).toEqual(['step-00000004']);
    expect(contentOf('step-00000004')).toBe('at its end');
    expect(checkpoints.best()?.step).toBe(4);
  });
});

describe('recovery after a kill', () => {
  it('removes what was being written or removed', () => {
    checkpoints.write(1, fill('1'));
    mkdirSync(join(path, '.tmp-2-4242'));
    mkdirSync(join(path, '.tmp-removed-step-00000000'));
    checkpoints.recover();
    expect(readdirSync(path)).toEqual(['step-00000001']);
  });

  it('gives a checkpoint its name back that was about to be replaced', () => {
    checkpoints.write(1, fill('old'));
    renameSync(join(path, 'step-00000001'), join(path, '.replaced-step-00000001'));
    checkpoints.recover();
    expect(contentOf('step-00000001')).toBe('old');
  });

  it('removes a replaced checkpoint once the new one is there', () => {
    checkpoints.write(1, fill('old'));
    renameSync(join(path, 'step-00000001'), join(path, '.replaced-step-00000001'));
    checkpoints.write(1, fill('new'));
    checkpoints.recover();
    expect(readdirSync(path)).toEqual(['step-00000001']);
    expect(contentOf('step-00000001')).toBe('new');
  });

  it('does nothing where there is no folder yet', () => {
    const missing = new CheckpointFolder(join(path, 'missing'));
    missing.recover();
    expect(missing.list()).toEqual([]);
    expect(existsSync(missing.path)).toBe(false);
  });
});
