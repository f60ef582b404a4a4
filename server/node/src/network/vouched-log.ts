/**
 * Whether the nodes of a ledger stand by a log that one of them has just come to: as many of those that vote as the policy counts must have
 * signed a checkpoint whose log begins with it. They need not be of one size, for the ledger goes on meanwhile.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import type { ExchangeClient } from '@tabularium/exchange';
import { type CharterRecord, policyText } from '@tabularium/kernel';
import { checkPolicy, parsePolicy } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import { CheckedLog } from '../checked-log.ts';
import { ExchangeSource } from './exchange-source.ts';
import type { OtherNodes } from './other-nodes.ts';

export interface VouchedLogOptions {
  readonly others: OtherNodes;
  /** The charter in force after these leaves. */
  readonly charter: CharterRecord;
  readonly size: number;
  readonly root: Uint8Array;
  /** Told of nodes that say something else. */
  readonly report: (error: unknown) => void;
  /** How often they are asked, for some may be behind. */
  readonly tries?: number;
  /** How long one node may take to show what it signed. */
  readonly patienceMs?: number;
}

const TRIES = 30;
const PAUSE_MS = 1_000;
/** A node of ours answers some dozens of short questions. One that answers slowly, or shows a log that takes thousands, keeps nobody out. */
const PATIENCE_MS = 60_000;
const NONE = '';

/** Throws `NodeFault` `nodes-unreachable` where they do not, or cannot be asked. */
export async function requireVouched(options: VouchedLogOptions): Promise<void> {
  const { others, tries: most = TRIES } = options;
  for (let tries = 1; ; tries++) {
    const said = await others.ask((client) => inTime(doubtOf(client, options), options));
    const doubts = said.filter(({ answer }) => answer !== NONE);
    const vouching = said.length - doubts.length;
    if (vouching < others.quorum && tries < most) {
      await delay(PAUSE_MS);
      continue;
    }
    for (const { client, answer } of doubts) options.report(new Error(`node ${client.peer.id} does not stand by this log: ${answer}`));
    return vouching < others.quorum ? others.tooFew(`the first ${options.size} leaves`, vouching) : undefined;
  }
}

async function inTime(doubt: Promise<string>, { patienceMs = PATIENCE_MS }: VouchedLogOptions): Promise<string> {
  const done = new AbortController();
  const late = delay(patienceMs, 'it takes too long to show what it signed', { signal: done.signal }).catch(() => NONE);
  try {
    return await Promise.race([doubt, late]);
  } finally {
    done.abort();
  }
}

/** Why a node does not stand by the log. */
async function doubtOf(client: ExchangeClient, { charter, size, root }: VouchedLogOptions): Promise<string> {
  try {
    const note = await client.checkpoint();
    const checked = checkPolicy(policyOf(charter, client.peer.id), note ?? '', nodeCrypto);
    if (!checked.ok) return checked.code;
    if (checked.size < size) return `it has only ${checked.size} leaves`;
    const log = await CheckedLog.open(new ExchangeSource(client), checked);
    return equalBytes(await log.root(size), root) ? NONE : `it signed another log of ${checked.size} leaves`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The charter's policy, as far as it is about one node: both of its signatures must be there. */
function policyOf(charter: CharterRecord, id: string): Parameters<typeof checkPolicy>[0] {
  const { agency, log, cosigner, notice } = charter.nodes[id]!;
  const text = policyText({ ...charter, nodes: { [id]: { agency, log, cosigner, notice } }, nodeQuorum: 1, witnessQuorum: 0 }, nodeCrypto);
  const parsed = parsePolicy(text, nodeCrypto);
  if (!parsed.ok) throw new Error(`the charter makes no policy: ${parsed.code}`);
  return parsed.policy;
}
