// Which addons there are to load: the one place that knows, for the build, which writes it, and for all who load them.
//   build/native/<version>-<hash of LibTorch's folder>/patchwork.node, build-info.json, and patchwork-jpeg.node where
//   there was a libjpeg-turbo
//   build/native/current.json   { "folder": "<version>-<hash>" }
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Inside the package, so that each version has its own. PATCHWORK_BUILD names another folder: where the package cannot be
 * written or is installed again often, or for a build with sanitizers (tests/fuzz/sanitized.sh).
 */
export const BUILD_DIR = resolve(
  process.env.PATCHWORK_BUILD || fileURLToPath(new URL('../../build/native', import.meta.url)),
);

/** The build that is to be loaded; undefined where there is none. */
export function readBuildInfo(buildDir = BUILD_DIR) {
  const name = readJson(join(buildDir, 'current.json'))?.folder;
  return name === undefined ? undefined : readBuildIn(join(buildDir, name));
}

/** The build in one folder; undefined where it was not finished. */
export function readBuildIn(folder) {
  const info = readJson(join(folder, 'build-info.json'));
  return info && { ...info, addon: join(folder, 'patchwork.node'), jpegAddon: join(folder, 'patchwork-jpeg.node') };
}

/** Says of the build in `folder` that it is finished. */
export function writeBuildInfo(folder, info) {
  writeJson(join(folder, 'build-info.json'), info);
}

/** Says of the build in `folder` that it is not. */
export function forgetBuildInfo(folder) {
  rmSync(join(folder, 'build-info.json'), { force: true });
}

/** Makes the build in the folder `name` the one to load. */
export function chooseBuild(buildDir, name) {
  writeJson(join(buildDir, 'current.json'), { folder: name });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Renamed into place, since other processes read it at any moment. */
function writeJson(file, value) {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(partial, file);
}
