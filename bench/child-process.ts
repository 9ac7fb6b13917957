import { spawn } from 'node:child_process';

/**
 * Runs a command and reads the last line it prints as JSON. Measurements run in processes of their own, so that neither
 * side inherits the other's threads, heap or peak memory.
 */
export function runForJson<Result>(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      try {
        if (code !== 0) throw new Error(signal ? `ended by ${signal}` : `exit code ${code}`);
        resolve(JSON.parse(output.trim().split('\n').at(-1)!) as Result);
      } catch (error) {
        reject(new Error(`${[command, ...args].join(' ')}: ${(error as Error).message}\n${(errors || output).trim()}`));
      }
    });
  });
}
