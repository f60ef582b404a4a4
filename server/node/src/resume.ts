/**
 * `tabularium resume --after-loss`: the ledger that cannot go on without forking ends where its witness last saw it, and a successor goes on
 * from what was saved (DESIGN §4 "Succession"; docs/adr/0003-succession-after-loss.md).
 *
 * The successor is built beside the directory and takes its place in the end, so that an interruption leaves the one or the other. It takes
 * nothing before two officers of the old ledger have accepted its charter, which names the last witnessed checkpoint, the state root that is
 * carried over, and the reason.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateNodeKeys, nodeCrypto, saveNodeKeys } from '@tabularium/crypto';
import type { Clock } from '@tabularium/engine-port';
import { type Charter, encodeCharter, type Machine } from '@tabularium/kernel';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { toHex } from '@tabularium/protocol';
import type { SqliteStorage } from '@tabularium/store';
import { syncPath } from '@tabularium/store/durable';
import { documentPart } from '@tabularium/vault';
import type { WitnessAddress } from '@tabularium/witness';
import { type DataDirectory, dataDirectory } from './data-directory.ts';
import { type Heard, hearWitnesses, type LastWitnessed } from './last-witnessed.ts';
import { ledgerMachine } from './ledger-machine.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { NodeFault } from './node-fault.ts';
import { nodeEntry } from './node-identity.ts';
import { requireLedger } from './open-ledger.ts';
import type { PredecessorOf } from './predecessor.ts';
import { buildSuccessor, successorCharter } from './successor.ts';
import { openSettledTexts } from './text-settlement.ts';
import { openSettledVault, type VaultSettings } from './vault-settlement.ts';
import { witnessAddresses } from './witness-word.ts';

export interface ResumeOptions {
  readonly dir: string;
  readonly reason: PredecessorOf['reason'];
  /** Witnesses besides those that the charter names with an address. */
  readonly witnesses: readonly WitnessAddress[];
  /** Checkpoints that witnesses sent, by file name. */
  readonly notes: ReadonlyMap<string, string>;
  /** Officers who may accept the successor's charter; those who may amend the old one, if nothing is said. */
  readonly founders?: readonly string[];
  /** Where the vault is; the successor goes on with what it holds. */
  readonly vault?: VaultSettings;
  readonly clock?: Clock;
}

export interface ResumeReport {
  /** Origins. */
  readonly predecessor: string;
  readonly successor: string;
  /** SHA-256 of the successor's charter, which its founders accept. */
  readonly charter: string;
  readonly founders: readonly string[];
  readonly quorum: number;
  /** Leaves that were saved, and that somebody outside had seen. */
  readonly carried: number;
  readonly witnessed: number;
  /** Leaves that were seen and are not here; 0 where nobody outside knows. */
  readonly missing: number;
  readonly silent: Heard['silent'];
  /** Where the old directory lies now. */
  readonly kept: string;
}

/**
 * Throws `NodeFault`: `witness-unreachable` where the charter names witnesses and none was heard, `usage` where nothing is missing,
 * `input-invalid` where too few officers are left to go on, `directory-taken` where an earlier resume left its old directory, `vault-keys`.
 */
export async function resumeAfterLoss(options: ResumeOptions): Promise<ResumeReport> {
  const { dir, reason, clock = Date.now } = options;
  const place = dataDirectory(dir);
  requireLedger(place);
  const kept = `${place.dir}.before-resume`;
  const built = `${place.dir}.successor`;
  if (existsSync(kept)) throw new NodeFault('directory-taken', `${kept} is there from an earlier resume; move it away first`);
  const keys = generateNodeKeys();
  const storage = openLedgerStorage(place.dir);
  let charter: Charter;
  let heard: Heard;
  try {
    const machine = ledgerMachine();
    heard = await hear(options, storage, machine);
    const last = lastKnown(heard, storage, machine, reason);
    // Texts that wait are settled with the ledger they belong to, which nobody opens again.
    await openSettledTexts(place.dir, storage, Math.floor(clock() / 1_000)).close();
    await settleForGood(place, storage, machine.charter(storage).origin, options.vault ?? {}, clock());
    charter = successorCharter({ storage, machine, reason, last, node: nodeEntry(keys), founders: options.founders, now: clock() });
  } finally {
    // Everything in one file from here on, ready to be copied.
    storage.close();
  }
  rmSync(built, { recursive: true, force: true });
  mkdirSync(built, { mode: 0o700 });
  saveNodeKeys(dataDirectory(built).keys, keys);
  buildSuccessor(place, dataDirectory(built), charter, clock);
  renameSync(place.dir, kept);
  renameSync(built, place.dir);
  syncPath(dirname(place.dir));
  // What is erased, and which keys are destroyed, from here on must not live on in the old directory.
  const old = dataDirectory(kept);
  if (existsSync(old.vaultKeys)) renameSync(old.vaultKeys, place.vaultKeys);
  for (const end of ['', '-wal', '-shm']) rmSync(`${old.vault}${end}`, { force: true });
  syncPath(place.dir);
  return { ...describe(charter, charter.predecessor!), silent: heard.silent, kept };
}

/** The same of the vault, where there is one. */
async function settleForGood(
  place: DataDirectory,
  storage: SqliteStorage,
  origin: string,
  settings: VaultSettings,
  nowMs: number,
): Promise<void> {
  if (settings.databaseUrl === undefined && !existsSync(place.vault)) return;
  const report = (error: unknown): void => {
    throw error;
  };
  const vault = await openSettledVault({
    parts: [documentPart],
    place,
    storage,
    origin,
    settings,
    nowMs,
    settledSeconds: Math.floor(nowMs / 1_000),
    report,
  });
  await vault.close();
}

async function hear({ witnesses, notes }: ResumeOptions, storage: SqliteStorage, machine: Machine): Promise<Heard> {
  const charter = machine.charter(storage);
  const addresses = witnessAddresses(charter, witnesses);
  const vkeys = new Set([...Object.values(charter.witnesses).map(({ vkey }) => vkey), ...addresses.map(({ vkey }) => vkey)]);
  const known = [...vkeys].map((vkey) => {
    const url = addresses.find((address) => address.vkey === vkey)?.url;
    return url === undefined ? { vkey } : { vkey, url };
  });
  const { witnessed } = storage.head();
  const own: [string, string][] = witnessed === undefined ? [] : [['the ledger itself', witnessed]];
  const heard = await hearWitnesses({
    origin: charter.origin,
    logs: logKeys(machine.policy(storage)),
    witnesses: known,
    notes: new Map([...own, ...notes]),
  });
  // What the backup itself holds is older than the backup: somebody outside must have been heard where there is anybody.
  const outside = heard.found.some(({ from }) => from !== 'the ledger itself');
  if (known.length > 0 && !outside) {
    const why = heard.silent.map(({ from, detail }) => `${from}: ${detail}`).join('; ');
    throw new NodeFault('witness-unreachable', `no witness of ${charter.origin} was heard${why === '' ? '' : ` (${why})`}`, {
      next: 'resume --after-loss --witness VKEY=URL, or --witness-checkpoint FILE with what the witness sent you',
    });
  }
  return heard;
}

/** vkeys on the `log` lines of a policy text. */
function logKeys(policy: string): readonly string[] {
  return policy.split('\n').flatMap((line) => (line.startsWith('log ') ? [line.split(' ')[1]!] : []));
}

/** Where the old ledger ends: the largest checkpoint that somebody outside cosigned, or its own newest where nobody did. */
function lastKnown(
  { found }: Heard,
  storage: SqliteStorage,
  machine: Machine,
  reason: PredecessorOf['reason'],
): Pick<LastWitnessed, 'note' | 'size'> {
  const { checkpoint, size, height } = storage.head();
  if (height < 1 || checkpoint === undefined) throw new NodeFault('damaged', 'the ledger that was saved has no block');
  const [largest] = found;
  if (largest === undefined || largest.size < size) return { note: checkpoint, size };
  const same =
    largest.size === size && parseCheckpoint(parseNote(checkpoint)?.text ?? '')?.root.every((byte, i) => byte === largest.root[i]) === true;
  if (same && reason === 'lost-disk') {
    const { origin } = machine.charter(storage);
    throw new NodeFault('usage', `nothing of ${origin} is missing: its witness has seen exactly what is here`, { next: 'start' });
  }
  return largest;
}

function describe(charter: Charter, { origin, size, checkpoint }: PredecessorOf): Omit<ResumeReport, 'silent' | 'kept'> {
  const witnessed = parseCheckpoint(parseNote(checkpoint)?.text ?? '')?.size ?? size;
  return {
    predecessor: origin,
    successor: charter.origin,
    charter: toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto))),
    founders: charter.founding.officers,
    quorum: charter.founding.quorum,
    carried: size,
    witnessed,
    missing: Math.max(0, witnessed - size),
  };
}
