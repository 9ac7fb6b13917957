import { existsSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { limits, notAFile, sizeText } from './limits.ts';

/** Where an encoded picture is: a file of its own, or a part of an archive. Plain data, so that a thread can be given it. */
export interface PictureLocation {
  path: string;
  /** The picture's place in the archive at `path`. */
  member?: ArchiveMember;
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

/** The encoded bytes of a picture. @throws where they cannot be read */
export async function readPicture(location: PictureLocation): Promise<Uint8Array> {
  const { path, member } = location;
  try {
    const stats = await stat(path);
    // Opening a FIFO would wait for its writer.
    if (!stats.isFile()) throw new Error(notAFile(stats));
    const size = member?.size ?? stats.size;
    if (size > limits.picture) throw new Error(`${sizeText(size)}, more than ${sizeText(limits.picture)}`);
    if (member === undefined) return await readFile(path);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(member.size), 0, member.size, member.offset);
      if (bytesRead < member.size) throw new Error(`${bytesRead} of ${member.size} bytes`);
      return buffer;
    } finally {
      await file.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${pictureName(location)}: expected a file that can be read, got ${reason}`, { cause: error });
  }
}
