/**
 * Who sees through a trick, each with nothing but what they really have: an auditor with the command line, somebody who kept a receipt,
 * and a witness that remembers what it has seen.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import type { LogTree } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import { verifyReceipt } from '@tabularium/verify';
import { pushToWitness, type WitnessAddress } from '@tabularium/witness';

const TABULARIUM = fileURLToPath(new URL('../../../clients/cli/bin/tabularium.js', import.meta.url));
const EXIT_DIFFERENCE = 3;

/** What somebody has to say of a ledger. */
export interface Word {
  readonly notices: boolean;
  /** Why, for programs; of an audit, what kind of difference. */
  readonly code: string;
  /** In plain words. */
  readonly says: string;
}

export interface Audited extends Word {
  /** Leaf index of the first difference, where it is at one. */
  readonly index?: number;
  /** `entry 17 (block 4)`. */
  readonly place?: string;
}

interface AuditLine {
  readonly event: string;
  readonly ok?: boolean;
  readonly height?: number;
  readonly difference?: { readonly code: string; readonly place: string; readonly detail: string; readonly index?: number };
  readonly cosigners?: readonly { readonly name: string }[];
}

/** `tabularium audit DIR`, as anybody would run it. */
export async function askAuditor(dir: string): Promise<Audited> {
  const { code, out, err } = await run([TABULARIUM, 'audit', dir, '--json']);
  const last = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line || '{}') as AuditLine)
    .findLast(({ event }) => event === 'audit');
  if (code === 0 && last?.ok === true) {
    const outside = last.cosigners?.filter(({ name }) => name.startsWith('witness-')) ?? [];
    const seen = outside.length > 0 ? 'and the Court of Audit has signed it' : 'but nobody outside has ever signed it';
    return {
      notices: false,
      code: outside.length > 0 ? 'sound' : 'sound-unwitnessed',
      says: `no difference in ${last.height} blocks, ${seen}`,
    };
  }
  if (code !== EXIT_DIFFERENCE || last?.difference === undefined) throw new Error(`the audit ended with exit code ${code}: ${err}`);
  const { code: kind, place, detail, index } = last.difference;
  return { notices: true, says: `${place}: ${detail}`, code: kind, place, ...(index === undefined ? {} : { index }) };
}

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** Somebody kept this receipt, and now sees the office's log. Throws where the receipt itself is not good. */
export function askHolder(receipt: string, policy: string, log: LogTree): Word {
  const verified = verifyReceipt(receipt, policy, nodeCrypto);
  if (!verified.ok) throw new Error(`the receipt is not good: ${verified.code}`);
  const { index, checkpoint } = verified;
  const had = `the receipt proves entry ${index} of a log of ${checkpoint.size} leaves, signed by this office`;
  if (checkpoint.size > log.size) return { notices: true, code: 'shorter', says: `${had}; this log has ${log.size} leaves only` };
  if (!equalBytes(log.root(checkpoint.size), checkpoint.root))
    return { notices: true, code: 'another-log', says: `${had}; this is another log` };
  return { notices: false, code: 'fits', says: 'the receipt still fits the log' };
}

/** The operator offers a checkpoint to a witness that knows the ledger. */
export async function askWitness(witness: WitnessAddress, checkpoint: string, log: LogTree): Promise<Word> {
  const pushed = await pushToWitness({
    witnessUrl: witness.url,
    vkey: witness.vkey,
    checkpoint,
    oldSize: 0,
    consistency: (from, to) => log.consistency(from, to),
    crypto: nodeCrypto,
  });
  if (pushed.ok) return { notices: false, code: 'signs', says: 'it signs what it has seen before' };
  if (pushed.code === 'witness-ahead') return { notices: true, code: pushed.code, says: `it refuses to sign: ${pushed.detail}` };
  if (pushed.code === 'inconsistent')
    return { notices: true, code: pushed.code, says: 'it refuses to sign: it has signed another history of this ledger' };
  throw new Error(`the witness could not judge (${pushed.code}): ${pushed.detail}`);
}
