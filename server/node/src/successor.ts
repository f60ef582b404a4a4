/** The ledger that goes on: its charter, and its data directory with what is left of the old one inside (docs/operate/loss.md). */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import type { Clock } from '@tabularium/engine-port';
import {
  type Charter,
  type CharterDraft,
  CharterFault,
  type CharterRecord,
  encodeCharter,
  type Machine,
  makeCharter,
  possibleFounders,
  successorDraft,
} from '@tabularium/kernel';
import { toHex } from '@tabularium/protocol';
import type { SqliteStorage } from '@tabularium/store';
import { type DataDirectory, writeWhole } from './data-directory.ts';
import { type FoundingNode, genesisOf, writeGenesis } from './found-ledger.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { NodeFault } from './node-fault.ts';
import { type PredecessorOf, predecessorFolders } from './predecessor.ts';

/** No one continues a ledger alone. */
const FOUNDERS_NEEDED = 2;
const MAX_FOUNDERS = 16;
const AMEND = 'kernel.charter.amend';

export interface SuccessorOptions {
  /** The old ledger as it was saved. */
  readonly storage: SqliteStorage;
  readonly machine: Machine;
  readonly reason: PredecessorOf['reason'];
  /** Where the old ledger ends. */
  readonly last: { readonly note: string };
  /** Fresh keys: whoever found the old disk must not be able to sign for the new ledger. */
  readonly node: FoundingNode;
  readonly founders: readonly string[] | undefined;
  /** ms UTC. */
  readonly now: number;
}

/** Throws `NodeFault` `input-invalid` where too few officers are left, or the old charter does not allow a new one. */
export function successorCharter({ storage, machine, reason, last, node, founders, now }: SuccessorOptions): Charter {
  const record = machine.charter(storage);
  const { height, size, state } = storage.head();
  const predecessor = {
    origin: record.origin,
    policy: machine.policy(storage),
    checkpoint: last.note,
    state: toHex(state),
    height,
    size,
    reason,
  };
  const [[id, old]] = Object.entries(record.nodes) as [[string, CharterRecord['nodes'][string]]];
  const { agency, url } = old;
  const nodes = { [id]: { agency, ...node, ...(url === undefined ? {} : { url }) } };
  try {
    const entitled = foundersOf(possibleFounders(storage), record, founders, now);
    if (entitled.length < FOUNDERS_NEEDED) {
      throw new NodeFault('input-invalid', `two officers must accept the successor, and ${entitled.length} of the saved ones could`, {
        next: 'resume --after-loss --founders OFFICER,OFFICER',
      });
    }
    const founding = { officers: entitled.slice(0, MAX_FOUNDERS), quorum: FOUNDERS_NEEDED };
    return makeCharter(successorDraft({ state: storage, predecessor, nodes, founding }), nodeCrypto);
  } catch (cause) {
    if (cause instanceof CharterFault) throw new NodeFault('input-invalid', cause.message, { cause });
    throw cause;
  }
}

/** Those chosen, or all who may amend the charter: both keys at hand, their term not over. */
function foundersOf(
  officers: CharterDraft['officers'],
  { roles }: CharterRecord,
  chosen: readonly string[] | undefined,
  now: number,
): string[] {
  const unknown = chosen?.find((id) => !Object.hasOwn(officers, id));
  if (unknown !== undefined) throw new NodeFault('input-invalid', `${unknown} is no active officer with two keys in what was saved`);
  return Object.entries(officers)
    .filter(([id, officer]) =>
      chosen === undefined
        ? officer.roles.some(({ role, until }) => until > now && roles[role]?.includes(AMEND) === true)
        : chosen.includes(id),
    )
    .map(([id]) => id)
    .sort();
}

/** Lay out the successor's directory: the old log read-only inside, the texts and what the vault holds taken over, charter and block 1. Its keys are there. */
export function buildSuccessor(old: DataDirectory, place: DataDirectory, charter: Charter, clock: Clock): void {
  const folders = ['', ...predecessorFolders(old)];
  for (const folder of folders) {
    const to = join(place.predecessor, folder);
    mkdirSync(to, { recursive: true, mode: 0o700 });
    for (const name of ['ledger.db', 'charter.json']) {
      const from = join(old.dir, folder, name);
      if (existsSync(from)) copyFileSync(from, join(to, name));
    }
  }
  if (existsSync(old.texts)) {
    copyFileSync(old.texts, place.texts);
    chmodSync(place.texts, 0o600);
  }
  if (existsSync(old.vault)) {
    copyFileSync(old.vault, place.vault);
    chmodSync(place.vault, 0o600);
  }
  if (existsSync(old.officers)) cpSync(old.officers, place.officers, { recursive: true });
  writeWhole(place.charter, encodeCharter(charter, nodeCrypto));
  const storage = openLedgerStorage(place.dir);
  try {
    writeGenesis({ storage, charter, keysDir: place.keys, clock, founded: genesisOf(place, charter) });
  } finally {
    storage.close();
  }
}
