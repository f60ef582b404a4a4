/**
 * Takes a log leaf by leaf and does everything again that a node did: cuts it into blocks, decides each with the machine, folds the state
 * tree and compares what the seal says of it (DESIGN §3 "audit re-executes from genesis"). It believes nothing but the leaves themselves;
 * whatever else a node shows is compared with what comes out here.
 */
import { catalogue } from '@tabularium/catalogue';
import type { Charter, Machine, StoredEvent } from '@tabularium/kernel';
import { type FullTile, LogTree, leafHash, type Seal, StateTree, stateLeafHash } from '@tabularium/log';
import { type Crypto, type Transaction, toHex } from '@tabularium/protocol';
import { ledgerMachine } from '../ledger-machine.ts';
import { type DecidedAgain, decideBlock, type LedgerBefore } from './decide-block.ts';
import { type PersonalHolder, personalHolders, type TextHolder, textHolders } from './declared-texts.ts';
import { differs, sealPlace } from './difference.ts';
import { type LogBlock, LogBlocks } from './log-blocks.ts';
import { OrderedRecords } from './ordered-records.ts';

/** Ids in memory before those that have expired are looked for. */
const IDS_SWEPT = 200_000;

/** A block as it was decided anew. */
export interface AuditedBlock {
  readonly seal: Seal;
  readonly events: readonly StoredEvent[];
  /** Hash tiles that became full with it. */
  readonly tiles: readonly FullTile[];
  /** What of its entries may have published texts. */
  readonly texts: readonly TextHolder[];
  /** What of them has fields of a person. */
  readonly personal: readonly PersonalHolder[];
}

interface Accepted {
  readonly name: string;
  /** NumericDate. */
  readonly exp: number;
}

export class LogAuditor {
  readonly log: LogTree;
  readonly records = new OrderedRecords();
  readonly machine: Machine = ledgerMachine();
  readonly #crypto: Crypto;
  readonly #blocks: LogBlocks;
  readonly #state: StateTree;
  readonly #tiles = new Map<string, Uint8Array>();
  /** Accepted (kid, id) until their exp has passed: what consensus reads beside the state. */
  readonly #ids = new Map<string, Accepted>();
  #sweepAt = IDS_SWEPT;
  readonly #carried: LedgerBefore['carried'];

  /** `carried`: the records of the predecessor that a charter names; asked for once, when it names one. */
  constructor(crypto: Crypto, carried?: LedgerBefore['carried']) {
    this.#crypto = crypto;
    this.#carried = carried;
    this.#blocks = new LogBlocks(crypto);
    this.#state = new StateTree(crypto.sha256);
    this.log = LogTree.empty(crypto.sha256, (level, index) => this.#tiles.get(`${level}/${index}`));
  }

  /** Leaf 0. Throws before it was taken. */
  get charter(): Charter {
    return this.#blocks.charter;
  }

  get height(): number {
    return this.#blocks.height;
  }

  /** Leaves of a block that has no seal yet. */
  get open(): number {
    return this.#blocks.open;
  }

  /** Take the next leaf; a seal gives its block. Throws `Differs`. */
  take(leaf: Uint8Array): AuditedBlock | undefined {
    this.log.append(leafHash(leaf, this.#crypto.sha256));
    const block = this.#blocks.take(leaf);
    return block === undefined ? undefined : this.#decide(block);
  }

  #decide(block: LogBlock): AuditedBlock {
    const { seal } = block;
    const { transactions, result } = decideBlock(block, this.charter, {
      machine: this.machine,
      crypto: this.#crypto,
      records: this.records,
      accepted: (kid, id, time) => this.#accepted(kid, id, seconds(time)),
      carried: this.#carried,
    });
    this.#remember(transactions, seconds(seal.time));
    this.#compareSeal(seal, this.#fold(result.writes), result.policy);
    const tiles = this.log.takeFullTiles();
    for (const { level, index: tile, hashes } of tiles) this.#tiles.set(`${level}/${tile}`, hashes);
    const texts = transactions.flatMap(({ payload }, i) => textHolders(payload, seal.first + i, catalogue));
    const personal = transactions.flatMap((transaction, i) => personalHolders(transaction, seal.first + i, catalogue));
    return { seal, events: result.events, tiles, texts, personal };
  }

  #compareSeal({ height, first, count, state, validators }: Seal, root: Uint8Array, policy: DecidedAgain['result']['policy']): void {
    const index = first + count;
    const place = sealPlace(height, index);
    if (toHex(root) !== state)
      differs('state-root', place, `block ${height} leads to the state root ${toHex(root)}, not ${state}`, { index, height });
    if (toHex(this.#crypto.sha256(this.#crypto.utf8.encode(policy))) !== validators)
      differs('seal', place, 'it names another policy than the state has', { index, height });
  }

  #accepted(kid: string, id: string, now: number): string | undefined {
    const known = this.#ids.get(`${kid}/${id}`);
    return known !== undefined && known.exp > now ? known.name : undefined;
  }

  #remember(transactions: readonly Transaction[], now: number): void {
    for (const { kid, name, payload } of transactions) this.#ids.set(`${kid}/${payload.id}`, { name, exp: payload.exp });
    if (this.#ids.size < this.#sweepAt) return;
    for (const [slot, { exp }] of this.#ids) if (exp <= now) this.#ids.delete(slot);
    this.#sweepAt = Math.max(IDS_SWEPT, this.#ids.size * 2);
  }

  #fold(writes: ReadonlyMap<string, string | null>): Uint8Array {
    const { sha256, utf8 } = this.#crypto;
    const changes = [];
    for (const [key, value] of writes) {
      const keyHash = sha256(utf8.encode(key));
      if (value === null) {
        if (this.records.get(key) === undefined) continue;
        this.records.delete(key);
        changes.push({ keyHash, leafHash: null, ref: 0 });
      } else {
        this.records.set(key, value);
        changes.push({ keyHash, leafHash: stateLeafHash(keyHash, sha256(utf8.encode(value)), sha256), ref: 1 });
      }
    }
    return this.#state.apply(changes);
  }
}

function seconds(time: number): number {
  return Math.floor(time / 1_000);
}
