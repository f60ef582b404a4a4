/**
 * The tricks of `npm run cheat`, each on a copy of its own: what the operator does, and what it leaves behind. All of them have his
 * ledger's files to edit; those that end in `signed` also use the node's own keys to sign a new checkpoint.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Charter } from '@tabularium/kernel';
import { type LogBlock, ledgerFile, mendSeals, overwriteBlock, readBlocks, replaceBlocks } from './forged-log.ts';
import { nameOf, replaceLog } from './replaced-log.ts';

/** What the tricks are played on: one payment of the school roof. */
export interface Target {
  readonly charter: Charter;
  /** Names of the transactions that ordered, approved and released it, in this order. */
  readonly names: readonly [ordered: string, approved: string, released: string];
  /** Id of its record. */
  readonly payment: string;
  /** Minor units, as decimal text. */
  readonly amount: string;
}

export interface Copy {
  /** The ledger as it was. */
  readonly honest: string;
  /** A copy of it, to be changed; for a replaced log, a directory that is not there yet. */
  readonly dir: string;
}

export interface Trick {
  readonly code: 'list-amount' | 'entry-amount-signed' | 'delete' | 'delete-signed' | 'backdate' | 'backdate-signed' | 'replace-signed';
  readonly title: string;
  /** In plain words, what he does. */
  readonly does: string;
  /** The transaction whose receipt somebody holds. */
  readonly held: (target: Target) => string;
  readonly play: (copy: Copy, target: Target) => void | Promise<void>;
  readonly fresh?: true;
}

const DAY_MS = 86_400_000;

export const TRICKS: readonly Trick[] = [
  {
    code: 'list-amount',
    title: 'Change an amount where people look it up',
    does: 'He writes another amount into the payment’s record. The log itself he leaves alone.',
    held: ({ names }) => names[0],
    play: ({ dir }, { payment, amount }) => {
      const db = new DatabaseSync(ledgerFile(dir));
      db.prepare('UPDATE state SET value = replace(value, ?, ?) WHERE key = ?').run(
        `"amount":"${amount}"`,
        `"amount":"${other(amount)}"`,
        `treasury/payment/${payment}`,
      );
      db.close();
    },
  },
  {
    code: 'entry-amount-signed',
    title: 'Change an amount in the log, and sign the log anew',
    does: 'He writes another amount into the order itself, computes the whole tree again and signs it with the node’s key.',
    held: ({ names }) => names[0],
    play: ({ dir }, { charter, names, amount }) => {
      const change = (leaf: Uint8Array): Uint8Array => (nameOf(leaf) === names[0] ? withAmount(leaf, amount) : leaf);
      replaceBlocks(
        dir,
        charter,
        readBlocks(dir).map(({ time, leaves }) => ({ time, leaves: leaves.map(change) })),
      );
    },
  },
  {
    code: 'delete',
    title: 'Delete a payment',
    does: 'He takes the payment’s release out of its block.',
    held: ({ names }) => names[2],
    play: ({ dir }, { names }) => {
      const blocks = readBlocks(dir);
      const at = blockOf(blocks, names[2]);
      overwriteBlock(dir, at + 1, without(blocks[at]!, names[2]));
    },
  },
  {
    code: 'delete-signed',
    title: 'Delete a payment, and sign the log anew',
    does: 'He takes it out, counts and chains every later seal again, computes the whole tree again and signs it with the node’s key.',
    held: ({ names }) => names[2],
    play: ({ dir }, { charter, names }) => {
      replaceBlocks(dir, charter, mendSeals(readBlocks(dir).map((block) => without(block, names[2]))));
    },
  },
  {
    code: 'backdate',
    title: 'Backdate a payment',
    does: 'He dates the seal of its block a day earlier.',
    held: ({ names }) => names[2],
    play: ({ dir }, { names }) => {
      const blocks = readBlocks(dir);
      const at = blockOf(blocks, names[2]);
      overwriteBlock(dir, at + 1, dated(blocks[at]!, earlier(blocks, at)));
    },
  },
  {
    code: 'backdate-signed',
    title: 'Backdate a payment, and sign the log anew',
    does: 'He dates it a day earlier, chains every later seal again, computes the whole tree again and signs it with the node’s key.',
    held: ({ names }) => names[2],
    play: ({ dir }, { charter, names }) => {
      const blocks = readBlocks(dir);
      const at = blockOf(blocks, names[2]);
      replaceBlocks(dir, charter, mendSeals(blocks.map((block, n) => (n === at ? { ...block, time: earlier(blocks, at) } : block))));
    },
  },
  {
    code: 'replace-signed',
    title: 'Replace the whole log by one in which the payment never was',
    does: 'He starts a node with the same charter and keys over an empty directory and gives it every signed transaction again but three.',
    held: ({ names }) => names[2],
    play: async ({ honest, dir }, { names }) => {
      await replaceLog(honest, dir, new Set(names));
    },
    fresh: true,
  },
];

function blockOf(blocks: readonly LogBlock[], name: string): number {
  const at = blocks.findIndex(({ leaves }) => leaves.slice(0, -1).some((leaf) => nameOf(leaf) === name));
  if (at === -1) throw new Error(`no entry ${name}`);
  return at;
}

function without({ time, leaves }: LogBlock, name: string): LogBlock {
  return { time, leaves: leaves.filter((leaf, n) => n === leaves.length - 1 || nameOf(leaf) !== name) };
}

/** A day earlier, though not before the block before it: a seal's time never decreases. */
function earlier(blocks: readonly LogBlock[], at: number): number {
  return Math.max(blocks[at - 1]!.time, blocks[at]!.time - DAY_MS);
}

function dated({ leaves }: LogBlock, time: number): LogBlock {
  const seal = Buffer.from(leaves.at(-1)!)
    .toString('utf8')
    .replace(/"time":\d+/, `"time":${time}`);
  return { time, leaves: [...leaves.slice(0, -1), Buffer.from(seal)] };
}

/** As many digits, so that nothing else need move. */
export function other(amount: string): string {
  return `${amount.startsWith('1') ? '9' : '1'}${amount.slice(1)}`;
}

/** The same JWS with another amount in its payload; the officer's signature stays, for he does not have the officer's key. */
function withAmount(leaf: Uint8Array, amount: string): Uint8Array {
  const [header, payload = '', signature] = Buffer.from(leaf).toString('latin1').split('.');
  const text = Buffer.from(payload, 'base64url').toString('utf8');
  const changed = text.replace(`"amount":"${amount}"`, `"amount":"${other(amount)}"`);
  if (changed === text) throw new Error(`the entry has no amount ${amount}`);
  return Buffer.from(`${header}.${Buffer.from(changed, 'utf8').toString('base64url')}.${signature}`, 'latin1');
}
