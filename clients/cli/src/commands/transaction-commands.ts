/** `tx sign`, `submit`, `check`, `show`: what they take. Their work is in `transactions.ts`, loaded when one of them is called. */
import type { Command } from 'commander';
import type { Settings } from '../settings.ts';
import type { CheckOptions, ShowOptions, SignOptions } from '../transactions.ts';

const handlers = () => import('../transactions.ts');

export function addTransactionCommands(program: Command, settings: () => Settings): void {
  const tx = program.command('tx').description('sign, submit, try out and look up transactions');

  act(tx.command('sign').description('sign a transaction; it is printed, or sent at once with --submit'))
    .option('--ledger <origin>', 'origin of the ledger; without it, the ledger at --url is asked')
    .option('--id <ulid>', 'an id of your own, so that it is never carried out twice')
    .option('--valid <seconds>', 'how long it may wait before it lapses', '600')
    .option('--out <file>', 'write it there instead of printing it')
    .option('--submit', 'send it at once')
    .option('--receipt <file>', 'with --submit: write the receipt there')
    .addHelpText(
      'after',
      '\nExample:\n  tabularium tx sign treasury.payment.order --as accountant@finance --body order.json --key ada.key.json --submit',
    )
    .action(async (action: string, options: SignOptions) => (await handlers()).sign(settings(), action, options));

  tx.command('submit')
    .description('send a signed transaction; sending the same file again is harmless')
    .argument('<file>', 'what tx sign made, or - for standard input')
    .option('--receipt <file>', 'write the receipt there')
    .action(async (file: string, options: { readonly receipt?: string }) => (await handlers()).submitFile(settings(), file, options));

  act(tx.command('check').description('ask what would become of it, without signing and without effect'))
    .option('--signer <key-id>', 'key id that would sign; without it, that of --key')
    .action(async (action: string, options: CheckOptions) => (await handlers()).check(settings(), action, options));

  tx.command('show')
    .description('what became of a transaction')
    .argument('[name]', 'its name')
    .option('--signer <key-id>', 'with --id, instead of the name')
    .option('--id <ulid>', 'with --signer, instead of the name')
    .action(async (name: string | undefined, options: ShowOptions) => (await handlers()).show(settings(), name, options));
}

function act(command: Command): Command {
  return command
    .argument('<action>', 'full name; tabularium action lists them')
    .requiredOption('--body <json>', 'the body: a file, - for standard input, or the JSON itself')
    .option('--as <role@office>', 'role used')
    .option('--for <mandate>', 'mandate used')
    .option('--on <key=revision...>', 'state keys and the revisions you rely on');
}
