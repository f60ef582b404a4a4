/** `key new`, `key show`: a signer's key is made on the signer's own device and its public half is enrolled by the office. */
import { generatePrivateJwk } from '@tabularium/sdk';
import type { Command } from 'commander';
import { readKey, writeKey } from '../files.ts';
import type { Settings } from '../settings.ts';

export function addKeyCommands(program: Command, settings: () => Settings): void {
  const key = program.command('key').description('make and look at signing keys');

  key
    .command('new')
    .description('make a key; the file stays with you, what is printed is for the office that enrols you')
    .argument('<file>', 'where the private key goes (a new file, readable by you alone)')
    .addHelpText('after', '\nExample:\n  tabularium key new ada.key.json')
    .action((file: string) => {
      writeKey(file, generatePrivateJwk());
      show(file, `The private key is in ${file}. Keep it on this device; do not send it to anyone.`);
    });

  key
    .command('show')
    .description('show the public half and the id of a key')
    .argument('<file>', 'a key file')
    .action((file: string) => show(file));

  function show(file: string, remark?: string): void {
    const { kid, jwk } = readKey(file);
    settings().terminal.result({ kid, jwk }, `key id      ${kid}\npublic key  ${JSON.stringify(jwk)}`);
    if (remark !== undefined) settings().terminal.note(remark);
  }
}
