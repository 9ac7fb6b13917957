import type { Command } from 'commander';
import { print } from './terminal.ts';

export function setUp(command: Command): void {
  command
    .option('--no-apt', 'install no system packages, and say which ones are missing')
    .addHelpText(
      'after',
      `
What it does, where it is not done yet:
  1. installs LibTorch, a compiler and CMake by apt on Debian and Ubuntu, as root or by sudo; elsewhere it says what is missing
  2. builds the addon, which takes about a minute

Which LibTorch, 1.13 or newer:
  patchwork setup                             the system's
  LIBTORCH=/path/to/libtorch patchwork setup  a folder, as unpacked from pytorch.org
  LIBTORCH_USE_PYTORCH=1 patchwork setup      the one inside the PyTorch of python3, or of the Python that PYTHON names

What is built lies in the installed package, in its folder build. Where that cannot be written, or is often installed
again, name a folder that stays, for this command and all that follow:
  export PATCHWORK_BUILD="$HOME/.cache/patchwork"`,
    )
    .action(async ({ apt }: { apt: boolean }) => {
      const { engineSteps, runSteps } = await import('../../scripts/setup/steps.mjs');
      const worked = await runSteps(engineSteps, { apt });
      print(`setup: ${worked ? 'ready' : 'nothing to do'}; next: npx patchwork demo\n`);
    });
}
