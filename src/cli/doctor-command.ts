import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { EngineReport } from './self-check.ts';

// By the stream alone: picocolors also colors wherever CI is set, and there the output goes into a log.
const colors = pc.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);

interface Check {
  name: string;
  good: boolean;
  text: string;
}

function runSelfCheck(): { engine?: EngineReport; problem?: string } {
  const script = fileURLToPath(
    new URL(`./self-check${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
  );
  const loader = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawnSync(process.execPath, [...loader, script], { encoding: 'utf8', timeout: 60_000 });
  if (child.status === 0) return { engine: JSON.parse(child.stdout) as EngineReport };
  const end = child.signal ? `ended by ${child.signal}` : `exit status ${child.status}`;
  return { problem: child.stderr.trim() === '' ? `the self-check failed: ${end}` : child.stderr.trim() };
}

/** Whether a newer LibTorch is worth suggesting: ResNet-50 trains 1.08 times as fast on 2.13 as on 1.13. */
function isOld(version: string): boolean {
  return Number(version.split('.')[0]) < 2;
}

function engineChecks(engine: EngineReport): Check[] {
  const { version, root, how, addon, threads, cuda, bfloat16, seconds } = engine;
  const advice = isOld(version)
    ? '; a newer one trains large networks somewhat faster: pip install torch, then LIBTORCH_USE_PYTORCH=1 npx patchwork setup'
    : '';
  return [
    { name: 'LibTorch', good: true, text: `${version} in ${root}, found by ${how}${advice}` },
    { name: 'addon', good: true, text: addon },
    { name: 'threads', good: true, text: `${threads}` },
    { name: 'bfloat16', good: true, text: bfloat16 ? 'yes, used by default' : 'no units for it: fp32 is used' },
    { name: 'CUDA', good: true, text: cuda > 0 ? `${cuda} devices` : 'none' },
    { name: 'self-check', good: true, text: `a training step lowers its loss (${seconds.toFixed(2)} s)` },
  ];
}

export function setUp(command: Command): void {
  command.option('--json', 'print the findings as JSON').action(examine);
}

async function examine({ json }: { json?: boolean }): Promise<void> {
  const processor = await import('../torch/processor.ts');
  const flags = [...processor.processorFlags()].filter((flag) =>
    /^(avx2|avx512f|avx512_bf16|amx_bf16|amx_tile)$/.test(flag),
  );
  const node = process.versions.node.split('.').map(Number);
  const { describeJpegDecoder } = await import('../data/decode/index.ts');
  const { engine, problem } = runSelfCheck();
  const checks: Check[] = [
    {
      name: 'Node',
      good: node[0]! > 20 || (node[0] === 20 && node[1]! >= 19),
      text: `${process.version} (20.19 or newer is needed)`,
    },
    {
      name: 'processor',
      good: true,
      text: `${processor.processorName()}; ${flags.join(', ') || 'instruction sets unknown'}`,
    },
    { name: 'JPEG', good: true, text: describeJpegDecoder() },
    ...(engine ? engineChecks(engine) : [{ name: 'LibTorch', good: false, text: problem! }]),
  ];
  const ok = checks.every(({ good }) => good);
  if (json) process.stdout.write(`${JSON.stringify({ ok, checks, engine }, null, 2)}\n`);
  else
    for (const { name, good, text } of checks)
      process.stdout.write(`${good ? colors.green('ok ') : colors.red('no ')} ${name.padEnd(11)}${text}\n`);
  if (!ok) process.exitCode = 1;
}
