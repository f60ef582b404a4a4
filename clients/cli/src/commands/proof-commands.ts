/** `receipt`, `fact`, `verify`: take a proof away, and check it later without any network. */
import { isTrainingOrigin, parseFact } from '@tabularium/log';
import { PRESENTATION_HEAD } from '@tabularium/protocol';
import { isPdf, nobleCrypto, presentationInPdf, receiptInPdf } from '@tabularium/sdk';
import {
  type RefusedFact,
  type RefusedPresentation,
  type RefusedReceipt,
  type VerifiedFact,
  type VerifiedReceipt,
  verifyFact,
  verifyReceipt,
} from '@tabularium/verify';
import type { Command } from 'commander';
import { actTitle, bodyWords } from '../act-words.ts';
import { type Told, told, witnessWords } from '../cosigner-words.ts';
import { CliFault } from '../exit-codes.ts';
import { readBytes, writeText } from '../files.ts';
import { ledgerOf, policyOf, type Settings, talking } from '../settings.ts';
import { checkShown, type ShownDemand } from '../shown-words.ts';
import { instant, type Terminal } from '../terminal.ts';

interface VerifyOptions extends Omit<ShownDemand, 'maxAgeSeconds'> {
  readonly policy: string;
  readonly maxAge?: string;
}

export function addProofCommands(program: Command, settings: () => Settings): void {
  program
    .command('receipt')
    .description('fetch the receipt of an accepted transaction')
    .argument('<name>', 'name of the transaction')
    .option('--out <file>', 'write it there, by custom as NAME.tlog-proof')
    .option('--quorum', 'where several agencies run the ledger: wait until as many of them have cosigned it as the policy counts')
    .action(async (name: string, { out, quorum }: { readonly out?: string; readonly quorum?: true }) => {
      const wait = quorum === true ? { wait: 'quorum' as const } : {};
      const receipt = await talking(settings(), () => ledgerOf(settings()).receipt(name, wait));
      if (receipt === undefined)
        throw new CliFault('not-found', 'there is no receipt of that name', `see what became of it: tabularium tx show ${name}`);
      give(settings().terminal, receipt, out, `verify it: tabularium verify ${out ?? 'FILE'} --policy POLICY`);
    });

  program
    .command('fact')
    .description('fetch what a record is now, or that there is none, with its proof')
    .argument('<key>', 'module/collection/id')
    .option('--out <file>', 'write it there')
    .action(async (key: string, { out }: { readonly out?: string }) => {
      const fact = await talking(settings(), () => ledgerOf(settings()).fact(key));
      if (fact === undefined) throw new CliFault('not-found', `${key} is not a key of a record`, 'a key is module/collection/id');
      if (!parseFact(fact).ok) throw new CliFault('unreachable', 'what came back is not a fact', 'check --url');
      give(settings().terminal, fact, out, `verify it: tabularium verify ${out ?? 'FILE'} --policy POLICY --max-age 300`);
    });

  program
    .command('policy')
    .description('fetch the trust policy that the ledger shows; compare it with one from elsewhere before you rely on it')
    .option('--out <file>', 'write it there')
    .action(async ({ out }: { readonly out?: string }) => {
      give(
        settings().terminal,
        await talking(settings(), () => ledgerOf(settings()).policy()),
        out,
        'a policy is only worth what its source is worth',
      );
    });

  program
    .command('verify')
    .description('check a receipt, a certificate, a fact or a presentation offline')
    .argument('<file>', 'receipt, certificate (PDF), fact or presentation, or - for standard input')
    .requiredOption('--policy <file>', 'the trust policy, from somewhere else than the ledger itself')
    .option(
      '--max-age <seconds>',
      'for a fact: refuse it when nobody outside has seen it for so long; for a presentation: when it was signed longer ago',
    )
    .option('--to <audience>', 'for a presentation: its holder must have signed it for you, as you say who you are')
    .option('--nonce <number>', 'for a presentation: its holder must have signed the number that you gave')
    .addHelpText('after', '\nExample:\n  tabularium verify payment.tlog-proof --policy town.policy')
    .action((file: string, options: VerifyOptions) => verify(settings().terminal, file, options));
}

function give(terminal: Terminal, text: string, out: string | undefined, next: string): void {
  if (out === undefined) {
    terminal.raw(text.endsWith('\n') ? text : `${text}\n`);
    return;
  }
  writeText(out, text);
  terminal.result({ file: out }, `written to ${out}\n${next}`);
}

async function verify(terminal: Terminal, file: string, { policy: path, maxAge, to, nonce }: VerifyOptions): Promise<void> {
  const bytes = await proofIn(file);
  const policy = policyOf(path);
  const nowSeconds = Math.floor(Date.now() / 1000);
  const isFact = bytes[0] === 0x7b;
  const isShown = begins(bytes, PRESENTATION_HEAD);
  if (maxAge !== undefined && (!(isFact || isShown) || !/^[0-9]{1,9}$/.test(maxAge))) {
    throw new CliFault(
      'usage',
      isFact || isShown
        ? `--max-age ${maxAge} is not a number of seconds`
        : '--max-age belongs to facts and presentations; a receipt does not age',
    );
  }
  if (isShown) {
    const age = maxAge === undefined ? {} : { maxAgeSeconds: Number(maxAge) };
    const shown = checkShown(
      bytes,
      policy,
      nowSeconds,
      { ...age, ...(to === undefined ? {} : { to }), ...(nonce === undefined ? {} : { nonce }) },
      terminal,
    );
    if (!shown.ok) throw notProven(shown);
    result(terminal, shown.origin, shown.value, shown.words);
    return;
  }
  if (to !== undefined || nonce !== undefined) throw new CliFault('usage', '--to and --nonce belong to presentations');
  if (isFact) {
    const fact = verifyFact(
      bytes,
      policy,
      nobleCrypto,
      maxAge === undefined ? { nowSeconds } : { nowSeconds, maxAgeSeconds: Number(maxAge) },
    );
    if (!fact.ok) throw notProven(fact);
    const seen = { ...fact, cosigners: told(fact, policy) };
    result(terminal, fact.checkpoint.origin, factJson(seen), factWords(seen, terminal, nowSeconds));
    return;
  }
  const receipt = verifyReceipt(bytes, policy, nobleCrypto, nowSeconds);
  if (!receipt.ok) throw notProven(receipt);
  const seen = { ...receipt, cosigners: told(receipt, policy) };
  result(terminal, receipt.checkpoint.origin, receiptJson(seen), receiptWords(seen, terminal, nowSeconds));
}

/** What a ledger for training proves is proven, and has no effect. */
function result(terminal: Terminal, origin: string, value: object, words: string): void {
  const isTraining = isTrainingOrigin(origin);
  terminal.result(
    isTraining ? { ...value, training: true } : value,
    isTraining ? `${words}\nTRAINING, NO EFFECT: this ledger is for trying things out; nothing in it is in force.` : words,
  );
}

/** A certificate carries its receipt; whatever else a file holds is taken for the proof itself. */
async function proofIn(file: string): Promise<Uint8Array> {
  const bytes = readBytes(file, 'proof');
  if (!isPdf(bytes)) return bytes;
  const receipt = (await presentationInPdf(bytes)) ?? (await receiptInPdf(bytes));
  if (receipt === undefined)
    throw new CliFault('file-invalid', `the PDF ${file} carries no receipt, or several`, 'fetch it: tabularium receipt NAME');
  return Buffer.from(receipt);
}

function begins(bytes: Uint8Array, head: string): boolean {
  return Buffer.from(bytes.subarray(0, head.length)).toString('latin1') === head;
}

function notProven({ code, detail }: RefusedReceipt | RefusedFact | RefusedPresentation): CliFault {
  const isPolicy = ['policy-malformed', 'log-unknown', 'log-signature-missing'].includes(code);
  const next = isPolicy
    ? 'make sure that the policy is that of this ledger'
    : 'do not rely on it; fetch it again from the ledger, and keep this file as evidence';
  const early =
    'it may have been fetched too early: tabularium receipt NAME --quorum; otherwise make sure that the policy is that of this ledger';
  return new CliFault('not-proven', `it proves nothing: ${code} — ${detail}`, code === 'quorum-not-met' ? early : next, {
    verified: false,
    code,
  });
}

function receiptJson({ transaction, index, checkpoint, cosigners, jwk }: Told<VerifiedReceipt>): object {
  const { name, kid, payload } = transaction;
  return { verified: true, kind: 'receipt', name, kid, jwk, index, ledger: checkpoint.origin, size: checkpoint.size, cosigners, payload };
}

function receiptWords(
  { transaction, index, checkpoint, cosigners }: Told<VerifiedReceipt>,
  terminal: Terminal,
  nowSeconds: number,
): string {
  const { name, kid, payload } = transaction;
  return [
    `${terminal.paint('green', 'verified:')} key ${kid} submitted exactly this, and the ledger's key signed that it was accepted`,
    `ledger  ${checkpoint.origin}`,
    `entry   ${index} of ${checkpoint.size}`,
    `name    ${name}`,
    `action  ${actTitle(payload.action)}${payload.as === undefined ? '' : ` as ${payload.as}`}`,
    ...bodyWords(payload.body),
    ...witnessWords(cosigners, terminal, nowSeconds),
    'It does not prove that the content is true, or the act lawful, or whose the key is.',
  ].join('\n');
}

function factJson({ key, value, seal, checkpoint, cosigners, seenAt }: Told<VerifiedFact>): object {
  return {
    verified: true,
    kind: 'fact',
    key,
    value,
    height: seal.height,
    time: seal.time,
    ledger: checkpoint.origin,
    cosigners,
    ...(seenAt === undefined ? {} : { seenAt }),
  };
}

function factWords({ key, value, seal, checkpoint, cosigners }: Told<VerifiedFact>, terminal: Terminal, nowSeconds: number): string {
  return [
    `${terminal.paint('green', 'verified:')} ${value === null ? `nothing stood under ${key}` : `${key} was this`} at block ${seal.height}, ${instant(Math.floor(seal.time / 1000))}`,
    `ledger  ${checkpoint.origin}`,
    ...(value === null ? [] : [JSON.stringify(value, null, 2)]),
    ...witnessWords(cosigners, terminal, nowSeconds),
  ].join('\n');
}
