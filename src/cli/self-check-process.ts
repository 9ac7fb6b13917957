/** The process that `doctor` starts, since a LibTorch that does not fit may crash the process that loads it. */
try {
  const { checkEngine } = await import('./self-check.ts');
  process.stdout.write(JSON.stringify(checkEngine()));
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
