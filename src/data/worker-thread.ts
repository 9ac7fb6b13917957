import { Worker } from 'node:worker_threads';

/**
 * Starts a thread that runs the module `name` beside the caller's.
 *
 * @param callerUrl the caller's `import.meta.url`
 * @param name the module's file name without extension: it is `.ts` where the caller is (tests, tsx), else `.js`
 * @param data what the module finds as `workerData`; shared memory in it is shared, the rest is copied
 */
export function startThread(callerUrl: string, name: string, data: unknown): Worker {
  const extension = callerUrl.endsWith('.ts') ? '.ts' : '.js';
  const file = new URL(`./${name}${extension}`, callerUrl);
  // Not the flags that this process was started with: `--eval`, say, is not for the thread.
  const options = { workerData: data, execArgv: [] };
  if (extension === '.js') return new Worker(file, options);
  return new Worker(throughTsx(file), { ...options, eval: true });
}

/** A script that runs a TypeScript module. On Node 20, `--import tsx` has no effect on a thread's first module. */
function throughTsx(file: URL): string {
  const tsx = import.meta.resolve('tsx/esm/api');
  return `import('${tsx}').then((tsx) => { tsx.register(); return import('${file.href}'); })`;
}
