import { constants, existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { notAFile } from '../files/index.ts';
import type { DecodedPicture } from './decode/open-pixels.ts';
import { limits, sizeText } from './limits.ts';

/** Where an encoded picture is: a file of its own, or a part of an archive. Plain data, so that a thread can be given it. */
export interface PictureLocation {
  path: string;
  /** The picture's place in the archive at `path`. */
  member?: ArchiveMember;
}

/** A picture wherever it is: what it is called, and its contents where they are in memory already. */
export interface PictureSource extends PictureLocation {
  /** Encoded bytes, or pixels. Default: they are read from the path. */
  contents?: Uint8Array | DecodedPicture | undefined;
}

export interface ArchiveMember {
  name: string;
  /** Where the contents start, in bytes from the start of the archive. */
  offset: number;
  /** In bytes. */
  size: number;
}

/** Names of files that are taken for pictures before anything of them is read. */
export const pictureFile = /\.(jpe?g|jpe|jfif|png|webp|tiff?)$/i;

/** What a person calls the picture: its path, or the archive's and the name in it. */
export function pictureName({ path, member }: PictureLocation): string {
  return member === undefined ? path : `${path}: ${member.name}`;
}

/** A picture that a list names. @param where the list's file and line. @throws naming them, where it is not there */
export function existingPicture(path: string, where: string): PictureLocation {
  if (existsSync(path)) return { path };
  throw new Error(`${where}: expected a picture at ${path}, got none; put it there or remove the line`);
}

/** The encoded bytes of a picture. @throws where they cannot be read, or the path is of no plain file, as of a pipe */
export async function readPicture(location: PictureLocation): Promise<Uint8Array> {
  const { path, member } = location;
  try {
    // Opening a pipe that nobody writes to would wait for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new Error(notAFile(status));
      const { offset, size } = member ?? { offset: 0, size: status.size };
      if (size > limits.picture) throw new Error(`${sizeText(size)}, more than ${sizeText(limits.picture)}`);
      return await readPart(file, offset, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${pictureName(location)}: expected a file that can be read, got ${reason}`, { cause: error });
  }
}

/** One read call gives at most 2 GiB, and may give less than is asked for. */
async function readPart(file: FileHandle, offset: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(size - done, 2 ** 30), offset + done);
    if (bytesRead === 0) throw new Error(`${done} of ${size} bytes`);
    done += bytesRead;
  }
  return bytes;
}
