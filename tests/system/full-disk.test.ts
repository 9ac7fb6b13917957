import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { patchwork, program } from '../support/command-line.ts';
import { temporaryFolder } from '../support/small-training.ts';

// A mount namespace of its own, with the user mapped to root: nothing outside of these processes sees the small disk.
const inNamespace = ['-rm', 'sh', '-c'];
const canMount = spawnSync('unshare', [...inNamespace, 'mount -t tmpfs none /mnt']).status === 0;

// A checkpoint takes 640 KB: of 1 MB there is room for the first, and not for the second beside it.
const script = `
disk=$1; out=$2; shift 2
mount -t tmpfs -o size=4m none "$disk" || exit 99
head -c 3145728 /dev/zero > "$disk/ballast"
"$@" --run "$disk/run"
echo "exit status $?"
cp -r "$disk/run" "$out/full"
rm "$disk/ballast"
"$NODE" "$PROGRAM" resume "$disk/run" > "$out/resumed.txt" 2>&1
echo "resumed: exit status $?"
cp -r "$disk/run" "$out/resumed"
`;

const flags = [
  ...['--data', 'shapes:train=64,test=32,size=16', '--model', 'resnet8', '--mix', 'cutmix', '--threads', '1'],
  ...['--batch-size', '16', '--epochs', '3'],
];

describe.skipIf(!canMount)(
  `a full disk${canMount ? '' : ' (skipped: this user may not mount a tmpfs by unshare)'}`,
  () => {
    it('ends training with one clear message; the earlier checkpoint is whole, and training goes on when there is room', async () => {
      const folder = temporaryFolder();
      const [disk, out] = [join(folder, 'disk'), join(folder, 'out')];
      for (const path of [disk, out]) mkdirSync(path);
      const command = [process.execPath, program, 'train', ...flags];
      const { stdout, stderr } = spawnSync('unshare', [...inNamespace, script, 'sh', disk, out, ...command], {
        encoding: 'utf8',
        env: { ...process.env, NODE: process.execPath, PROGRAM: program },
      });
      expect(stdout).toContain('exit status 1\n');
      const message = stderr.split('\n').filter((line) => line.startsWith('patchwork: '));
      expect(message).toEqual([
        `patchwork: ${join(disk, 'run/checkpoints/step-00000008')}: expected room to write it, got a full disk (ENOSPC). ` +
          'Nothing written earlier was lost; free some space and try again',
      ]);
      expect(stderr).not.toMatch(/^ +at /m);

      const whole = join(folder, 'whole');
      expect(await patchwork(['train', ...flags, '--run', whole])).toMatchObject({ code: 0 });
      expect(checkpointDigests(join(out, 'full')).name).toBe('step-00000004');
      expect(stdout).toContain('resumed: exit status 0\n');
      expect(checkpointDigests(join(out, 'resumed'))).toEqual(checkpointDigests(whole));
    });
  },
);
