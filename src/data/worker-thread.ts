import { Worker } from 'node:worker_threads';

/** Each takes tens of megabytes. */
export const mostThreads = 256;

/**
 * Starts a thread that runs the module `name` beside the caller's.
 *
 * @param callerUrl the caller's `import.meta.url`
 * @param name the module's file name without extension: it is `.ts` where the caller is (tests, tsx), else `.js`
 * @param data what the module finds as `workerData`; shared memory in it is shared, the rest is copied
 * @param imported a module that it will import; where that is TypeScript, the thread understands it if tsx is there
 */
export function startThread(callerUrl: string, name: string, data: unknown, imported = ''): Worker {
  const extension = callerUrl.endsWith('.ts') ? '.ts' : '.js';
  const file = new URL(`./${name}${extension}`, callerUrl);
  // Not the flags that this process was started with: `--eval`, say, is not for the thread.
  const options = { workerData: data, execArgv: [] };
  const tsx = [extension, imported].some((path) => path.endsWith('.ts')) ? findTsx() : undefined;
  if (tsx === undefined) return new Worker(file, options);
  // On Node 20, `--import tsx` has no effect on a thread's first module.
  const script = `import('${tsx}').then((tsx) => { tsx.register(); return import('${file.href}'); })`;
  return new Worker(script, { ...options, eval: true });
}

function findTsx(): string | undefined {
  try {
    return import.meta.resolve('tsx/esm/api');
  } catch {
    return undefined; // not installed: Node itself may read TypeScript
  }
}
