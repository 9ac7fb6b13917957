/** Which files of a folder are pictures, and which are passed over. */
import { realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { notAFile, systemReason } from '../../files/index.ts';
import type { PassedOver } from '../dataset.ts';
import { formatOf, looksLike, startBytes } from '../decode/picture-format.ts';
import { readStart } from '../limits.ts';
import { pictureFile } from '../picture-location.ts';
import { PassedOverList } from './passed-over.ts';

/** What is in a folder: Node's `Dirent`, of whose types declarations of the package do without. */
export interface FolderEntry {
  name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/** What file systems, archives and viewers leave behind, in any case. */
const ofTheSystem =
  /^(__macosx|@eadir|@recycle|#recycle|\$recycle\.bin|recycler|lost\+found|system volume information|thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|__pycache__)$/i;

/** Files that stand beside pictures and are none: nothing of them is read. */
const besidePictures =
  /\.(txt|xml|json|jsonl|csv|tsv|md|html?|ya?ml|log|ini|db|lst|cls|py|ipynb|pdf|docx?|xlsx?|lnk|url)$/i;

/** Cameras' raw files are TIFFs by their first bytes, with a small picture in them that is not the one meant. */
const cameraRaw = /\.(dng|nef|nrw|cr2|cr3|arw|sr2|orf|pef|raf|rw2|srw|3fr|iiq)$/i;

/** Drawings and pictures that are text by their first bytes. */
const textPicture = /\.(svg|eps|p[bgnp]m|xpm|hdr)$/i;

/** Why a name says without its contents that a file or folder is none of the data; undefined where it does not. */
export function namedAway(name: string): string | undefined {
  if (name.startsWith('.')) return 'hidden';
  return ofTheSystem.test(name) ? "of the system's own" : undefined;
}

/**
 * Whether a file is a picture: by its name where that says so, else by its first bytes. One that is none is passed over.
 *
 * @param path in the data set
 * @param start reads the first bytes, {@link startBytes} of them
 */
export function isPicture(path: string, start: () => Uint8Array, passedOver: PassedOverList): boolean {
  if (pictureFile.test(path)) return true;
  if (besidePictures.test(path)) passedOver.ignore('no picture', path);
  else if (cameraRaw.test(path)) passedOver.lose("a camera's raw file", path);
  else {
    const bytes = start();
    if (formatOf(bytes) !== undefined) return true;
    const { what, isText } = looksLike(bytes);
    if (!isText) passedOver.lose(what, path);
    else if (textPicture.test(path)) passedOver.lose('a picture written as text', path);
    else passedOver.ignore('no picture', path);
  }
  return false;
}

/** What is in a folder, without what its name says is none of the data, in an order that no language changes. */
export async function entriesIn(folder: string, passedOver?: PassedOverList, root = folder): Promise<FolderEntry[]> {
  const entries = await readable(folder, readdir(folder, { withFileTypes: true }));
  const shown = entries.filter(({ name }) => {
    const reason = namedAway(name);
    if (reason !== undefined) passedOver?.ignore(reason, relative(root, join(folder, name)));
    return reason === undefined;
  });
  return shown.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws with the path of a folder that cannot be read */
export async function readable<Result>(path: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: expected a folder that can be read, got ${reason}`, { cause: error });
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // not there, broken, or a link to itself
  }
}

/** Whether an entry of a folder, or what it links to, is a picture's file. */
export function isPictureFile(folder: string, entry: FolderEntry, root: string, passedOver: PassedOverList): boolean {
  const path = join(folder, entry.name);
  const name = relative(root, path);
  try {
    // A name that is no UTF-8 comes with a sign in its stead, by which the file is not found.
    const mayBeGone = entry.isSymbolicLink() || entry.name.includes('\ufffd');
    const kind = mayBeGone ? statSync(path) : entry;
    if (kind.isFile()) return isPicture(name, () => readStart(path, startBytes), passedOver);
    passedOver.lose(notAFile(kind), name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    passedOver.lose(entry.isSymbolicLink() ? 'a broken link' : `a file that cannot be read (${code})`, name);
  }
  return false;
}

/**
 * The paths of all pictures in a folder and in the folders inside, as torchvision's ImageFolder finds them; in the order of
 * their UTF-16 units. Links to folders are followed, but none that leads to what is read anyway, or to a folder around it.
 *
 * @param root of the data set, by which what is passed over is named
 */
export async function picturesUnder(folder: string, root: string, passedOver: PassedOverList): Promise<string[]> {
  const found: string[] = [];
  const followed = new Set<string>();
  const whole = realPath(folder);
  const walk = async (inner: string, around: readonly string[]): Promise<void> => {
    for (const entry of await entriesIn(inner, passedOver, root)) {
      const path = join(inner, entry.name);
      if (entry.isDirectory()) await walk(path, [...around, join(around.at(-1)!, entry.name)]);
      else if (!leadsToFolder(path, entry)) {
        if (isPictureFile(inner, entry, root, passedOver)) found.push(path);
      } else {
        const target = realpathSync(path);
        const isAround = around.some((one) => isInside(one, target));
        if (isAround) passedOver.ignore('a link to a folder around it', relative(root, path));
        else if (isInside(target, whole) || followed.has(target)) {
          passedOver.ignore('a second way to a folder', relative(root, path));
        } else {
          followed.add(target);
          await walk(path, [...around, target]);
        }
      }
    }
  };
  await walk(folder, [whole]);
  return found.sort();
}

/** @throws with the path, where there is no such folder */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    throw new Error(`${folder}: expected a folder of pictures, got ${systemReason(error)}`, { cause: error });
  }
}

/** Whether an entry is a link to a folder. */
function leadsToFolder(path: string, entry: FolderEntry): boolean {
  return entry.isSymbolicLink() && isFolder(path);
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Pictures that were named by files and folders, and what was passed over in the folders. */
export interface FoundPictures {
  /** Each once; those of a folder in the order of their names. */
  pictures: string[];
  passedOver: readonly PassedOver[];
}

/**
 * The pictures that a person names: a file, whatever it is called; of a folder, all that are in it and in the folders inside.
 * A path at which there is nothing is kept, for whoever reads it to say so.
 *
 * @throws where a folder cannot be read
 */
export async function picturesAt(paths: readonly string[]): Promise<FoundPictures> {
  const found = new Set<string>();
  const passedOver = new PassedOverList();
  for (const path of paths) {
    const pictures = isFolder(path) ? await picturesUnder(path, '.', passedOver) : [path];
    if (pictures.length === 0) passedOver.lose('a folder without pictures', path);
    for (const picture of pictures) found.add(picture);
  }
  return { pictures: [...found], passedOver: passedOver.list() };
}
