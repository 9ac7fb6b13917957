// One process at a time, across processes. The lock is a folder that holds one file, named after its owner. A folder
// is renamed onto an existing one only if that is empty, so every change of hands is a rename that one process wins.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Runs `work` while holding the lock folder `lock`; a lock whose owner died is taken over.
 * @param {(pid: number) => void} onWait called once if another process holds it
 */
export async function withLock(lock, onWait, work) {
  await acquire(lock, onWait);
  try {
    return await work();
  } finally {
    // Renamed before it is emptied: while it is in place it must never be empty.
    const away = `${lock}.${process.pid}`;
    renameSync(lock, away);
    rmSync(away, { recursive: true });
  }
}

async function acquire(lock, onWait) {
  const mine = `${lock}.${process.pid}`;
  mkdirSync(dirname(lock), { recursive: true });
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine);
  writeFileSync(join(mine, identity(process.pid)), '');
  for (let told = false; !tryRename(mine, lock); ) {
    const owner = ownerOf(lock);
    if (owner === undefined) continue;
    const pid = Number(owner.split('-')[0]);
    if (identity(pid) !== owner) {
      // Kept under the dead owner's name: of several that saw it dead, only one can move it there.
      tryRename(lock, `${lock}.dead-${owner}`);
      continue;
    }
    if (!told) onWait(pid);
    told = true;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

function tryRename(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code)) return false;
    throw error;
  }
}

function ownerOf(lock) {
  try {
    return readdirSync(lock)[0];
  } catch {
    return undefined;
  }
}

/** `pid-start time`, since a pid comes back soon in a container; undefined where no such process lives. */
function identity(pid) {
  try {
    if (!existsSync('/proc/self/stat')) return process.kill(pid, 0) && `${pid}-0`;
    // The second field is the command's name in brackets and may hold spaces; the start time is the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return `${pid}-${fields[19]}`;
  } catch (error) {
    return error.code === 'EPERM' ? `${pid}-0` : undefined;
  }
}
