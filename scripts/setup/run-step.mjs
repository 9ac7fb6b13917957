// Runs one long command of the set-up: its output goes to a log file, and people see that it lives.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const SECONDS_BETWEEN_LINES = 10;
const LINES_OF_A_FAILURE = 30;

/**
 * Runs `command`, redrawing one line on a terminal and printing one every ten seconds elsewhere.
 * @param {{ label: string, log: string, cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @throws {Error} with the last lines of the output, where the command fails
 */
export function runStep(command, args, { label, log, cwd, env }) {
  mkdirSync(dirname(log), { recursive: true });
  appendFileSync(log, `\n$ ${command} ${args.join(' ')}\n`);
  const tail = [''];
  const stopShowing = showProgress(label, () => tail.at(-1) || tail.at(-2) || '');
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (text) => {
      appendFileSync(log, text);
      const [first, ...rest] = String(text).split(/\r?\n|\r/);
      tail.push(tail.pop() + first, ...rest);
      tail.splice(0, tail.length - LINES_OF_A_FAILURE);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      stopShowing();
      fail(new Error(`could not run ${command}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      stopShowing();
      if (code === 0) done();
      else
        fail(
          new Error(
            `\`${command} ${args.join(' ')}\` ended with ${signal ?? code}:\n${tail.join('\n').trim()}\n(all of it: ${log})`,
          ),
        );
    });
  });
}

function showProgress(label, lastLine) {
  const start = Date.now();
  const terminal = process.stdout.isTTY;
  const show = () => {
    const line = `  ${label}  ${Math.round((Date.now() - start) / 1000)} s  ${lastLine()}`;
    if (terminal) process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`);
    else console.log(line.slice(0, 120));
  };
  const timer = setInterval(show, terminal ? 200 : SECONDS_BETWEEN_LINES * 1000);
  return () => {
    clearInterval(timer);
    if (terminal) process.stdout.write('\r\x1b[K');
  };
}
