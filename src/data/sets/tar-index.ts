import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { checkFile, limits, sizeText } from '../limits.ts';
import type { ArchiveMember } from '../picture-location.ts';

const blockBytes = 512;
const readAhead = 2 ** 16;

/** A member of an archive that has, or should have, contents. */
export interface TarEntry {
  member: ArchiveMember;
  /** What it is where it is no file with its contents here: a link, a device, a file with holes. */
  special: string | undefined;
  /** Its contents, or the first bytes of them. Only while the archive is walked. */
  read(bytes?: number): Buffer;
}

/**
 * The files in an uncompressed tar archive, in their order, read from header to header, with those of further archives that
 * are in the same file behind it. Understands ustar, GNU's long names and pax. Own code, because libraries for tar read an
 * archive from its start to its end.
 *
 * @throws where the archive is not one, is compressed, damaged or cut off
 */
export function* tarEntries(path: string): Generator<TarEntry> {
  checkFile(path, Number.POSITIVE_INFINITY);
  const file = openSync(path, 'r');
  try {
    yield* walk(path, file);
  } finally {
    closeSync(file);
  }
}

const special: Readonly<Record<string, string>> = {
  '1': 'a link in the archive',
  '2': 'a link in the archive',
  '3': 'a device',
  '4': 'a device',
  '6': 'a FIFO',
  S: 'a file with holes',
};

function* walk(path: string, file: number): Generator<TarEntry> {
  const { size: archiveBytes } = fstatSync(file);
  // Written before a header whose name is too long for it, or whose size is.
  let longName: string | undefined;
  let longSize: number | undefined;
  let hasHoles = false;
  for (let at = 0; at < archiveBytes; ) {
    const header = readAt(file, at, blockBytes);
    if (isZero(header)) {
      at = endOfZeros(path, file, at, archiveBytes);
      continue;
    }
    checkHeader(path, header, at);
    const offset = at + blockBytes;
    const type = String.fromCharCode(header[156]!);
    const describesNext = type === 'x' || type === 'L' || type === 'K';
    const hasContents = type === '0' || type === '\0' || type === '7';
    // A link has the size of what it links to, and no contents.
    const size = type === '1' || type === '2' ? 0 : describesNext ? sizeOf(header) : (longSize ?? sizeOf(header));
    checkSize(path, size, at, describesNext ? limits.tarHeader : Number.MAX_SAFE_INTEGER);
    at = offset + Math.ceil(size / blockBytes) * blockBytes;
    if (offset + size > archiveBytes) throw new Error(`${path}: expected a whole tar archive, got one that is cut off`);
    if (type === 'x') {
      const records = paxRecords(readAt(file, offset, size));
      longName = records.get('path') ?? longName;
      longSize = records.has('size') ? Number(records.get('size')) : longSize;
      hasHoles ||= records.has('GNU.sparse.major') || records.has('GNU.sparse.map');
    } else if (type === 'L') {
      longName = text(readAt(file, offset, size));
    } else if (type !== 'K') {
      if (hasContents || special[type] !== undefined) {
        yield {
          member: { name: longName ?? shortName(header), offset, size },
          special: hasHoles ? special.S : special[type],
          read: (bytes = size) => readAt(file, offset, Math.min(bytes, size)),
        };
      }
      longName = undefined;
      longSize = undefined;
      hasHoles = false;
    }
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Zeros end an archive, and fill its last record; behind them another may have been appended. */
function endOfZeros(path: string, file: number, start: number, archiveBytes: number): number {
  for (let at = start; at < archiveBytes; at += readAhead) {
    const bytes = readAt(file, at, readAhead);
    const first = bytes.findIndex((byte) => byte !== 0);
    if (first >= 0) return at + first - (first % blockBytes);
    if (at - start > limits.tarZeros) {
      throw new Error(
        `${path}: expected at most ${sizeText(limits.tarZeros)} of zeros behind an archive, got more at byte ${start}; ` +
          'the archive was not written to its end: copy it again',
      );
    }
  }
  return archiveBytes;
}

/** In octal, or, where the first bit is set, GNU's way for what octal has no room for: the bits after it, as a number. */
function sizeOf(header: Buffer): number {
  if (header[124]! < 0x80) return octal(header, 124, 12);
  return header.subarray(125, 136).reduce((size, byte) => size * 256 + byte, header[124]! & 0x7f);
}

/** A wrong size, not a number above all, would end the walk early without a word. */
function checkSize(path: string, size: number, at: number, most: number): void {
  if (Number.isSafeInteger(size) && size >= 0 && size <= most) return;
  throw new Error(
    `${path}: expected a size in the header at byte ${at}, got ${size}; the archive is damaged: copy it again`,
  );
}

/** The sum of a header's bytes is in it, counted with blanks in the sum's own place. */
function checkHeader(path: string, header: Buffer, at: number): void {
  let sum = 0;
  for (let i = 0; i < header.length; i++) sum += i >= 148 && i < 156 ? 0x20 : header[i]!;
  if (header.length === blockBytes && sum === octal(header, 148, 8)) return;
  throw new Error(
    `${path}: expected an uncompressed tar archive, got no header at byte ${at}; where it is compressed, unpack it with ` +
      'gunzip, else it is damaged: copy it again',
  );
}

function shortName(header: Buffer): string {
  const name = text(header.subarray(0, 100));
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Pax records: `<length> <key>=<value>\n`, where the length counts all of it, itself too. */
function paxRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let rest = bytes; rest.length > 0; ) {
    const length = Number.parseInt(rest.toString('latin1', 0, 20), 10);
    if (!(length > 0)) break;
    const record = rest.toString('utf8', 0, length - 1);
    const equals = record.indexOf('=');
    records.set(record.slice(record.indexOf(' ') + 1, equals), record.slice(equals + 1));
    rest = rest.subarray(length);
  }
  return records;
}

function octal(header: Buffer, start: number, length: number): number {
  return Number.parseInt(text(header.subarray(start, start + length)).trim() || '0', 8);
}

/** The text up to the first zero byte. */
function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

function readAt(file: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  return bytes.subarray(0, readSync(file, bytes, 0, size, offset));
}
