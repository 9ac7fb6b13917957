/** Reading a file within bounds, writing one at once or not at all, locks, folders; nothing of LibTorch. */
export {
  FullDiskError,
  isFullDisk,
  syncFolder,
  temporaryPrefix,
  writeError,
  writeFileAtomically,
  writeFully,
} from './atomic-file.ts';
export { csvLine } from './csv-line.ts';
export { FolderLock, type LockedFolder, lockFileName } from './folder-lock.ts';
export { GrowingFile } from './growing-file.ts';
export { makeFolder } from './make-folder.ts';
export {
  notAFile,
  type OpenedFile,
  openRegularFile,
  type RegularFileOptions,
  readRegularFile,
} from './regular-file.ts';
export { parseStrictJson } from './strict-json.ts';
export { errorCode, FileError, systemReason } from './system-errors.ts';
