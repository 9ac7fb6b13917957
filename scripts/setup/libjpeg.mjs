// Finds libjpeg-turbo, with which patchwork-jpeg.node decodes JPEGs. It is not needed: without it sharp does, slower.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Debian and Ubuntu call it; each has a package of this name that brings its own. */
export const LIBJPEG_PACKAGE = 'libjpeg-dev';

/** The version of the libjpeg-turbo that can be built against; undefined without one. */
export function findLibJpeg(roots = ['/usr', '/usr/local']) {
  return roots.map((root) => versionIn(join(root, 'include'))).find((version) => version !== undefined);
}

/** The original libjpeg has the same file names, and cannot decode a part of a picture. */
function versionIn(include) {
  if (!read(join(include, 'jpeglib.h')).includes('jpeg_crop_scanline')) return undefined;
  const multiarch = readdirSync(include).filter((name) => name.endsWith('-linux-gnu'));
  const files = ['', ...multiarch].map((folder) => read(join(include, folder, 'jconfig.h')));
  return /LIBJPEG_TURBO_VERSION +([\d.]+)/.exec(files.join('\n'))?.[1];
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
