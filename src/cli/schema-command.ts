import type { Command } from 'commander';
import { print } from './terminal.ts';

export function setUp(command: Command): void {
  command
    .addHelpText(
      'after',
      `
How an editor finds it, beside the file:
  patchwork schema > patchwork.schema.json
in YAML by its first line:
  # yaml-language-server: $schema=patchwork.schema.json
in JSON by a key:
  { "$schema": "./patchwork.schema.json", "epochs": 30 }

What a module adds to the lists is in it by: patchwork --import ./module.mjs schema`,
    )
    .action(async () => {
      const { configSchema } = await import('../config/config.ts');
      print(`${JSON.stringify(configSchema(), null, 2)}\n`);
    });
}
