/** Writing a file at once or not at all, locks, folders; nothing of LibTorch. */
export {
  errorCode,
  FullDiskError,
  isFullDisk,
  syncFolder,
  temporaryPrefix,
  writeFileAtomically,
  writeFully,
} from './atomic-file.ts';
export { FolderLock, type LockedFolder, lockFileName } from './folder-lock.ts';
export { makeFolder } from './make-folder.ts';
