/** `present`: the holder of a record shows some of its fields (docs/spec/presentation.md). No ledger is asked. */
import { joinSubmission, PRESENTATION_HEAD, splitSubmission } from '@tabularium/protocol';
import {
  type Binding,
  type HeldField,
  type HeldRecord,
  heldOf,
  isPdf,
  makePresentation,
  packPresentation,
  presentationInPdf,
  readHeld,
} from '@tabularium/sdk';
import type { Command } from 'commander';
import { bodyWords, plain } from '../act-words.ts';
import { CliFault } from '../exit-codes.ts';
import { readBytes, readText, writeText } from '../files.ts';
import { type Settings, signerOf } from '../settings.ts';

interface PresentOptions {
  readonly show?: string;
  readonly disclosures?: string;
  readonly fact?: string;
  readonly to?: string;
  readonly nonce?: string;
  readonly link?: string;
  readonly out?: string;
}

export function addPresentCommand(program: Command, settings: () => Settings): void {
  program
    .command('present')
    .description('show chosen fields of a record that you hold, with the proof that an office recorded them')
    .argument('<file>', 'holder’s file, certificate (PDF) that carries one, or a receipt with --disclosures')
    .option('--show <fields>', 'names of fields, with commas between; without it, what the file can show is listed')
    .option('--disclosures <file>', 'beside a receipt: its disclosures, one a line or with ~ between')
    .option('--fact <file>', 'show too that the record is in force: tabularium fact KEY --out FILE')
    .option('--to <audience>', 'sign it for one checker only, with --nonce and --key: as they say who they are')
    .option('--nonce <number>', 'what the checker gave you to sign')
    .option('--link <address>', 'give it as a link to the page of an office that checks proofs')
    .option('--out <file>', 'write it there, by custom as NAME.presentation')
    .addHelpText('after', '\nExample:\n  tabularium present birth.presentation --show name,birthYear --out for-the-library.presentation')
    .action((file: string, options: PresentOptions) => present(settings(), file, options));
}

async function present(settings: Settings, file: string, options: PresentOptions): Promise<void> {
  const { terminal } = settings;
  const held = await heldIn(file, options);
  if (options.show === undefined) {
    const fields = held.fields.map(({ pointer, value }) => ({ field: pointer, value }));
    const words = held.fields.flatMap(({ pointer, value }) => bodyWords({ [pointer]: value }));
    terminal.result(
      { action: held.action, ledger: held.origin, fields, ...(held.holder === undefined ? {} : { holder: held.holder }) },
      [`this file can show ${held.fields.length} fields:`, ...words, 'choose some: --show name,birthYear'].join('\n'),
    );
    return;
  }
  const pointers = options.show.split(',').map((name) => pointerOf(name.trim(), held.fields));
  const binding = bindingOf(settings, held, options);
  let text: string;
  try {
    text = await makePresentation(held, pointers, { withFact: true, ...(binding === undefined ? {} : { binding }) });
  } catch (error) {
    if (error instanceof RangeError) throw new CliFault('usage', error.message);
    throw error;
  }
  const given = options.link === undefined ? text : `${options.link.replace(/\/+$/, '')}/verify#p=${await packPresentation(text)}\n`;
  if (options.out === undefined) return terminal.raw(given);
  writeText(options.out, given);
  const hidden = held.fields.length - pointers.length;
  const more = hidden === 1 ? '1 field that you hold stays hidden' : `${hidden} fields that you hold stay hidden`;
  terminal.result({ file: options.out, shown: pointers }, `written to ${options.out}: shows ${plain(pointers.join(', '))}; ${more}`);
}

async function heldIn(file: string, { disclosures, fact }: PresentOptions): Promise<HeldRecord> {
  const bytes = readBytes(file, 'file');
  const text = isPdf(bytes) ? await presentationInPdf(bytes) : Buffer.from(bytes).toString('utf8');
  const beside = fact === undefined ? {} : { fact: readText(fact, 'fact') };
  const whole = text?.startsWith(PRESENTATION_HEAD) === true;
  if (text !== undefined && !whole && disclosures === undefined)
    throw new CliFault('usage', `${file} is no holder’s file`, 'a receipt needs its disclosures: --disclosures FILE');
  const read =
    text === undefined ? undefined : whole ? readHeld(text) : heldOf({ receipt: text, disclosures: listed(disclosures as string) });
  if (read === undefined)
    throw new CliFault(
      'file-invalid',
      `${file} holds no record whose fields can be shown`,
      'its disclosures must be those of its entry, each once',
    );
  return { ...read, ...beside };
}

/** One a line, or as a submission has them. */
function listed(path: string): readonly string[] {
  const words = readText(path, 'list of disclosures')
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.flatMap((word) => (word.includes('~') ? (splitSubmission(joinable(word))?.disclosures ?? []) : [word]));
}

/** A list of disclosures alone is read like one behind an entry. */
function joinable(word: string): string {
  return word.includes('.')
    ? word
    : joinSubmission(
        '',
        word.split('~').filter((one) => one !== ''),
      );
}

/** By its name, or by its pointer where more than one object has such a field. */
function pointerOf(name: string, fields: readonly HeldField[]): string {
  const exact = fields.find(({ pointer }) => pointer === name || pointer === `/${name}`);
  if (exact !== undefined) return exact.pointer;
  const [one, ...others] = fields.filter((field) => field.name === name);
  if (one === undefined) throw new CliFault('usage', `the file has no field ${name}`, 'without --show, its fields are listed');
  if (others.length > 0)
    throw new CliFault(
      'usage',
      `several have a field ${plain(name)}`,
      `say which: ${plain([one, ...others].map(({ pointer }) => pointer).join(' or '))}`,
    );
  return one.pointer;
}

function bindingOf(settings: Settings, held: HeldRecord, { to, nonce }: PresentOptions): Binding | undefined {
  if (to === undefined && nonce === undefined) return undefined;
  if (to === undefined || nonce === undefined)
    throw new CliFault('usage', '--to and --nonce belong together', 'the checker says who they are, and gives a number to sign');
  const signer = signerOf(settings);
  if (held.holder === undefined)
    throw new CliFault('usage', 'the record names no key of its holder, so nobody can sign for it', 'leave --to away');
  if (held.holder !== signer.kid)
    throw new CliFault('usage', `the record names the key ${held.holder} as its holder’s`, 'give that key as --key FILE');
  return { audience: to, nonce, nowSeconds: Math.floor(Date.now() / 1000), signer };
}
