/** What is written for people and scripts; escape sequences in names of files and classes stay text. */
import { FileError, systemReason } from '../files/index.ts';
import { printableText } from '../options/index.ts';

/** Results, to standard output. */
export function print(text: string): void {
  process.stdout.write(printableText(text));
}

/** Problems and notes, to standard error. */
export function printProblem(text: string): void {
  process.stderr.write(printableText(text));
}

/** What an error says to people: the last gate, where what nobody had thought of becomes a sentence. */
export function problemText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isOutOfMemory(error)) {
    return (
      `expected memory for what was asked, got none (${error.message}); ask for less: a smaller batch, picture or network, ` +
      'or fewer images'
    );
  }
  if (isSystemError(error)) return systemProblem(error);
  const isOfEngine = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error.constructor === kind);
  // Errors of this project say what was expected; the language's own do not.
  if (!isOfEngine || /\bexpected\b/.test(error.message) || 'code' in error) return error.message;
  return (
    `expected to know what to do here, got ${error.name}: ${error.message}; this is a fault of Patchwork: please report it ` +
    'with what PATCHWORK_DEBUG=1 before the same command prints'
  );
}

const isOutOfMemory = ({ name, message }: Error): boolean =>
  name === 'RangeError' &&
  /allocation failed|Invalid (typed )?array (buffer )?length|Invalid string length/i.test(message);

interface SystemError extends Error {
  code: string;
  path?: string;
  dest?: string;
}

/** Node's own, which begin with their code. */
function isSystemError(error: Error): error is SystemError {
  return 'syscall' in error && 'code' in error && error.message.startsWith(String(error.code));
}

const toWrite = ['open', 'mkdir', 'rename', 'link', 'unlink', 'write', 'copyfile', 'rmdir', 'rm', 'fsync', 'mkdtemp'];

function systemProblem(error: SystemError & { syscall?: string }): string {
  const { path, dest, code, syscall = '' } = error;
  const place = dest ?? path;
  if (place === undefined) return `expected the system to do what was asked (${syscall}), got ${systemReason(error)}`;
  const isOfWriting = ['EROFS', 'ENOSPC', 'EDQUOT'].includes(code) || (toWrite.includes(syscall) && syscall !== 'open');
  const wayOut = isOfWriting
    ? 'choose a folder that can be written (--run DIR, --out DIR), or free this one'
    : 'check the path, and who may read it';
  return new FileError(place, isOfWriting ? 'a place that can be written' : 'a file that can be read', error, wayOut)
    .message;
}
