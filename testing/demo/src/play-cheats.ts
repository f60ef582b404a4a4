/** Plays every trick on a copy of the demo town's ledger, which may be running, and asks everybody who might notice. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bindings, catalogue } from '@tabularium/catalogue';
import { loadNodeKeys, nodeCrypto, nodeVkeys } from '@tabularium/crypto';
import { decodeCharter, Machine } from '@tabularium/kernel';
import { formatReceipt, type LogTree } from '@tabularium/log';
import { backupNode } from '@tabularium/node';
import { type LedgerReader, openLedgerReader } from '@tabularium/store';
import { type RunningWitness, startWitness } from '@tabularium/witness';
import { other, type Target, TRICKS, type Trick } from './cheats.ts';
import { ledgerFile, readBlocks, treeOf } from './forged-log.ts';
import { type DemoPlace, loadNotes } from './found-demo.ts';
import { type Audited, askAuditor, askHolder, askWitness, type Word } from './who-notices.ts';

/** The story whose payment is tampered with, where the year has come so far; otherwise the newest that was paid. */
const PAYMENT = 'school-roof contract/1 ordered';
const APPROVED = ' treasury.payment.approve';
const RELEASED = ' treasury.payment.release';

const UNCHANGED: Word = { notices: false, code: 'unchanged', says: 'the checkpoint is the one it has signed' };

export interface Finding {
  readonly trick: Trick;
  readonly auditor: Audited;
  readonly holder: Word;
  readonly witness: Word;
}

export interface CheatTold {
  onTarget?(target: { readonly amount: string; readonly instead: string; readonly entries: readonly number[] }): void;
  onTrick?(trick: Trick, at: number): void;
  onFinding?(finding: Finding): void;
}

/** Throws where the demo was not started yet. `work` is an empty folder. */
export async function playCheats(
  place: DemoPlace,
  work: string,
  told: CheatTold = {},
  tricks: readonly Trick[] = TRICKS,
): Promise<Finding[]> {
  const honest = join(work, 'honest');
  await backupNode(place.town, honest, { keys: true });
  const { target, receipt, policy, entries } = readTarget(place, honest);
  told.onTarget?.({ amount: target.amount, instead: other(target.amount), entries });
  const witness = await witnessOf(honest, join(work, 'witness'), target);
  const seen = readLog(honest).checkpoint;
  const findings: Finding[] = [];
  try {
    for (const [at, trick] of tricks.entries()) {
      told.onTrick?.(trick, at);
      const dir = join(work, trick.code);
      if (trick.fresh !== true) cpSync(honest, dir, { recursive: true });
      await trick.play({ honest, dir }, target);
      const { log, checkpoint } = readLog(dir);
      const finding = {
        trick,
        auditor: await askAuditor(dir),
        holder: askHolder(receipt(trick.held(target)), policy, log),
        witness: checkpoint === seen ? UNCHANGED : await askWitness(witness, checkpoint, log),
      };
      findings.push(finding);
      told.onFinding?.(finding);
      rmSync(dir, { recursive: true });
    }
  } finally {
    await witness.close();
  }
  return findings;
}

interface Read {
  readonly target: Target;
  readonly entries: readonly number[];
  readonly policy: string;
  /** The receipt that somebody has of a transaction. */
  readonly receipt: (name: string) => string;
}

/** Where the payment stands that is tampered with: leaf index of its order. */
export function entryToHide(place: DemoPlace): number {
  const reader = openLedgerReader(ledgerFile(place.town));
  try {
    return indexOf(namesToHide(place)[0] ?? '', reader);
  } finally {
    reader.close();
  }
}

/** Names of the transactions that ordered, approved and released it. */
function namesToHide(place: DemoPlace): readonly string[] {
  const { names } = loadNotes(place);
  const paid =
    PAYMENT in names ? PAYMENT : (Object.keys(names).findLast((key) => key + RELEASED in names && key + APPROVED in names) ?? '');
  return [paid, paid + APPROVED, paid + RELEASED].map((key) => names[key] ?? '');
}

function readTarget(place: DemoPlace, honest: string): Read {
  const told = namesToHide(place);
  const [ordered = '', approved = '', released = ''] = told;
  const { log, checkpoint } = readLog(honest);
  const machine = new Machine({ catalogue, bindings, crypto: nodeCrypto });
  const reader = openLedgerReader(ledgerFile(honest));
  try {
    const entries = told.map((name) => indexOf(name, reader));
    const [order, , release] = entries.map((index) => reader.leaves(index, index + 1)[0]!);
    const receipts = new Map(
      entries.map((index, n) => {
        const entry = Buffer.from(reader.leaves(index, index + 1)[0]!).toString('latin1');
        const { kid } = partOf(entry, 0) as { readonly kid: string };
        const jwk = machine.key(kid, reader)?.jwk;
        if (jwk === undefined) throw new Error(`no key ${kid}`);
        return [told[n]!, formatReceipt({ entry, jwk, index, hashes: log.inclusion(index, log.size), checkpoint })];
      }),
    );
    return {
      target: {
        charter: decodeCharter(reader.leaves(0, 1)[0]!, nodeCrypto),
        names: [ordered, approved, released],
        payment: itemOf(release!).payment!,
        amount: itemOf(order!).money!.amount,
      },
      entries,
      policy: machine.policy(reader),
      receipt: (name) => receipts.get(name)!,
    };
  } finally {
    reader.close();
  }
}

function indexOf(name: string, reader: LedgerReader): number {
  const index = reader.findName(name);
  if (index === undefined) throw new Error(`the payment that is tampered with is not in this ledger: no entry ${name}`);
  return index;
}

function itemOf(leaf: Uint8Array): { readonly payment?: string; readonly money?: { readonly amount: string } } {
  const { body } = partOf(Buffer.from(leaf).toString('latin1'), 1) as { readonly body: { readonly items: readonly object[] } };
  return body.items[0]!;
}

/** Header (0) or payload (1) of a compact JWS. */
function partOf(jws: string, part: 0 | 1): unknown {
  return JSON.parse(Buffer.from(jws.split('.')[part]!, 'base64url').toString('utf8'));
}

/** The tree over a ledger's leaves and the checkpoint it shows. */
function readLog(dir: string): { readonly log: LogTree; readonly checkpoint: string } {
  const reader = openLedgerReader(ledgerFile(dir));
  try {
    return { log: treeOf(readBlocks(dir)).tree, checkpoint: String(reader.meta('checkpoint')) };
  } finally {
    reader.close();
  }
}

/** A witness that has seen what the Court of Audit has seen; the real one is left alone. */
async function witnessOf(honest: string, dir: string, { charter }: Target): Promise<RunningWitness> {
  const { log: vkey } = nodeVkeys(loadNodeKeys(join(honest, 'keys')), charter.origin, charter.name);
  const witness = await startWitness({ dir, name: 'court-of-audit.example/copy', logs: [vkey] });
  const { log, checkpoint } = readLog(honest);
  const seen = await askWitness(witness, checkpoint, log);
  if (seen.notices) throw new Error(`the ledger itself is not sound: ${seen.says}`);
  return witness;
}
