/** `action`: what can be done on a ledger. */
import type { Command } from 'commander';
import type { Settings } from '../settings.ts';

export function addActionCommand(program: Command, settings: () => Settings): void {
  program
    .command('action')
    .description('list what can be done on a ledger, or show what one action takes')
    .argument('[action]', 'full name, e.g. treasury.payment.order')
    .action(async (name?: string) => (await import('../action-help.ts')).showAction(settings().terminal, name));
}
