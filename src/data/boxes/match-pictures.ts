import { type PictureLocation, pictureName } from '../picture-location.ts';

/** A path by which annotations name a picture, and where they do, for error messages. */
export interface AnnotatedPath {
  path: string;
  where: string;
}

/**
 * Finds the pictures that paths in annotations mean, extensions aside. Data sets are unpacked anywhere and their pictures
 * sorted into folders, so that often only the file's name is left in common: it decides where no two pictures and no two
 * paths have the same. Elsewhere the picture's path must end with the whole path of the annotations.
 *
 * @returns the picture's number in `pictures` for each path; undefined where there is no such picture
 * @throws where a path means two pictures, and where two paths mean the same one
 */
export function matchPictures(
  paths: readonly AnnotatedPath[],
  pictures: readonly PictureLocation[],
): (number | undefined)[] {
  const picturePaths = pictures.map(({ path, member }) => comparable(member?.name ?? path));
  const annotatedPaths = paths.map(({ path }) => comparable(path));
  const picturesOf = byName(picturePaths);
  const pathsOf = byName(annotatedPaths);
  const meantBy = new Map<number, AnnotatedPath>();
  return paths.map((annotated, i) => {
    const path = annotatedPaths[i]!;
    const named = picturesOf.get(nameOf(path)) ?? [];
    const isUnique = named.length === 1 && pathsOf.get(nameOf(path))!.length === 1;
    const [found, other] = isUnique ? named : named.filter((picture) => picturePaths[picture]!.endsWith(path));
    if (found === undefined) return undefined;
    const name = pictureName(pictures[found]!);
    if (other !== undefined) {
      const both = `${name} and ${pictureName(pictures[other]!)}`;
      throw new Error(`${annotated.where}: expected ${annotated.path} to mean one picture, got ${both}; rename one`);
    }
    const first = meantBy.get(found);
    if (first !== undefined) {
      throw new Error(
        `${annotated.where}: expected ${name} once, got it at ${first.where} already; remove one of the two`,
      );
    }
    meantBy.set(found, annotated);
    return found;
  });
}

/** With a slash before every part, and without the extension: of two such paths, one can end with the other. */
function comparable(path: string): string {
  return `/${path.replaceAll('\\', '/').replace(/\.[^./]*$/, '')}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function byName(paths: readonly string[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [i, path] of paths.entries()) {
    const name = nameOf(path);
    const same = found.get(name);
    if (same === undefined) found.set(name, [i]);
    else same.push(i);
  }
  return found;
}
