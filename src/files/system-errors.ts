/** What the system says where a file cannot be had, as people say it. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'a folder',
  ENOTDIR: 'a file where a folder should be',
  ENOTEMPTY: 'a folder that is not empty',
  EEXIST: 'a name that is taken',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a disk that can only be read',
  ENOSPC: 'a full disk',
  EDQUOT: 'a share of the disk that is full',
  EFBIG: 'a file that is too large for the disk',
  EMFILE: 'too many open files (see ulimit -n)',
  ENFILE: 'too many open files on this machine',
  ENAMETOOLONG: 'a name that is too long',
  ELOOP: 'links that lead in a circle',
  EXDEV: 'another disk',
  ENXIO: 'a device or socket that cannot be opened',
  ENODEV: 'a device that is not there',
  EBUSY: 'a file that is in use',
  ETXTBSY: 'a program that is running',
  EIO: 'a disk that fails to read or write',
  ESTALE: 'a network disk that is gone',
  EINVAL: 'a file that does not allow it',
  ENOTSUP: 'a disk that does not allow it',
  ENOMEM: 'too little memory',
};

/** The code of a system error, such as `ENOENT`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** What was found instead of a file or folder, in words that fit after "got": `no such file or folder (ENOENT)`. */
export function systemReason(error: unknown): string {
  const code = errorCode(error) ?? '';
  if (Object.hasOwn(reasons, code)) return `${reasons[code]} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** A file or folder could not be read or written; the message names it, says why, and the way out. */
export class FileError extends Error {
  override readonly name: string = 'FileError';
  readonly path: string;
  /** The system's, as `EROFS`; where it is about what the file is, `ERR_PATCHWORK_FILE`. */
  readonly code: string;

  /**
   * @param expected what was wanted, in words that fit after that one
   * @param got the system's error, or what was found in words
   */
  constructor(path: string, expected: string, got: unknown, wayOut = '') {
    const isWords = typeof got === 'string';
    const rest = wayOut === '' ? '' : `; ${wayOut}`;
    super(
      `${path}: expected ${expected}, got ${isWords ? got : systemReason(got)}${rest}`,
      isWords ? {} : { cause: got },
    );
    this.path = path;
    this.code = (isWords ? undefined : errorCode(got)) ?? 'ERR_PATCHWORK_FILE';
  }
}
