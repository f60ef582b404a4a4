/**
 * Takes a log leaf by leaf and does everything again that a node did: reads each entry strictly, checks its signature, decides the block
 * with the machine, folds the state tree and compares every member of the seal (DESIGN §3 "audit re-executes from genesis"). It believes
 * nothing but the leaves themselves; whatever else a node shows is compared with what comes out here.
 */
import { catalogue } from '@tabularium/catalogue';
import { PROTOCOL_VERSION } from '@tabularium/engine-port/chain';
import {
  type BlockResult,
  type Charter,
  CharterFault,
  decodeCharter,
  genesis,
  type Machine,
  type StateReader,
  type StoredEvent,
  successorGenesis,
  type Verdict,
} from '@tabularium/kernel';
import { type FullTile, LogTree, leafHash, NO_SEAL, parseSeal, type Seal, StateTree, stateLeafHash } from '@tabularium/log';
import { type Crypto, makeBodyChecker, parseTransaction, type Transaction, toHex, verifyTransaction } from '@tabularium/protocol';
import { ledgerMachine } from '../ledger-machine.ts';
import { type TextHolder, textHolders } from './declared-texts.ts';
import { type Difference, differs } from './difference.ts';
import { OrderedRecords } from './ordered-records.ts';

const BRACE = 0x7b;
/** Refusals that compare an entry's own time with the block's. */
const TIMED: ReadonlySet<string> = new Set(['kernel.expired', 'kernel.expiry-too-far']);
const BLOCK_COUNT = 1_000;
const BLOCK_BYTES = 4 * 1024 * 1024;
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
  readonly #state: StateTree;
  readonly #tiles = new Map<string, Uint8Array>();
  /** Accepted (kid, id) until their exp has passed: what consensus reads beside the state. */
  readonly #ids = new Map<string, Accepted>();
  #sweepAt = IDS_SWEPT;
  readonly #carried: ((charter: Charter) => Iterable<readonly [string, string]>) | undefined;
  #charter: Charter | undefined;
  #leaves: Uint8Array[] = [];
  #texts: TextHolder[] = [];
  #bytes = 0;
  #first = 0;
  #height = 0;
  #time = 0;
  #prev = NO_SEAL;

  /** `carried`: the records of the predecessor that a charter names; asked for once, when it names one. */
  constructor(crypto: Crypto, carried?: (charter: Charter) => Iterable<readonly [string, string]>) {
    this.#crypto = crypto;
    this.#carried = carried;
    this.#state = new StateTree(crypto.sha256);
    this.log = LogTree.empty(crypto.sha256, (level, index) => this.#tiles.get(`${level}/${index}`));
  }

  /** Leaf 0. Throws before it was taken. */
  get charter(): Charter {
    if (this.#charter === undefined) throw new Error('no leaf was taken yet');
    return this.#charter;
  }

  get height(): number {
    return this.#height;
  }

  /** Leaves of a block that has no seal yet. */
  get open(): number {
    return this.#leaves.length;
  }

  /** Take the next leaf; a seal gives its block. Throws `Differs`. */
  take(leaf: Uint8Array): AuditedBlock | undefined {
    const index = this.#first + this.#leaves.length;
    this.log.append(leafHash(leaf, this.#crypto.sha256));
    if (index === 0) {
      this.#charter = this.#readCharter(leaf);
      this.#leaves.push(leaf);
      return undefined;
    }
    if (leaf[0] === BRACE) return this.#seal(leaf, index);
    this.#leaves.push(leaf);
    this.#bytes += leaf.length + 2;
    if (this.#leaves.length > BLOCK_COUNT || this.#bytes > BLOCK_BYTES) {
      differs('seal', `block ${this.#height + 1}`, 'it has more entries than a block may', { index, height: this.#height + 1 });
    }
    return undefined;
  }

  #readCharter(leaf: Uint8Array): Charter {
    try {
      return decodeCharter(leaf, this.#crypto);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const detail = error instanceof CharterFault ? error.message : 'it is not text';
      return differs('charter', 'entry 0', detail, { index: 0 });
    }
  }

  #seal(leaf: Uint8Array, index: number): AuditedBlock {
    const height = this.#height + 1;
    const place = sealPlace(height, index);
    const where = { index, height };
    const seal = parseSeal(leaf) ?? differs('seal', place, 'it is no seal', where);
    this.#checkSeal(seal, place, where);
    const result = height === 1 ? this.#genesis(seal) : this.#execute(seal);
    const root = this.#fold(result.writes);
    if (toHex(root) !== seal.state)
      differs('state-root', place, `block ${height} leads to the state root ${toHex(root)}, not ${seal.state}`, where);
    const policy = toHex(this.#crypto.sha256(this.#crypto.utf8.encode(result.policy)));
    if (policy !== seal.validators) differs('seal', place, 'it names another policy than the state has', where);
    this.#height = height;
    this.#time = seal.time;
    this.#prev = toHex(this.#crypto.sha256(leaf));
    this.#first = index + 1;
    this.#leaves = [];
    this.#bytes = 0;
    const tiles = this.log.takeFullTiles();
    for (const { level, index: tile, hashes } of tiles) this.#tiles.set(`${level}/${tile}`, hashes);
    const texts = this.#texts;
    this.#texts = [];
    return { seal, events: result.events, tiles, texts };
  }

  #checkSeal(seal: Seal, place: string, where: Partial<Difference>): void {
    const expected: Partial<Seal> = {
      app: PROTOCOL_VERSION,
      count: this.#leaves.length,
      first: this.#first,
      height: this.#height + 1,
      ledger: this.charter.origin,
      prev: this.#prev,
    };
    for (const [member, value] of Object.entries(expected)) {
      const stated = seal[member as keyof Seal];
      if (stated === value) continue;
      this.#checkLeaves();
      differs('seal', place, `its ${member} is ${stated}, and should be ${value}`, where);
    }
    if (seal.time < this.#time) differs('seal', place, `its time ${seal.time} is before ${this.#time} of the block before`, where);
  }

  /** A leaf that is neither entry nor seal explains why the numbers of a later seal do not come out. */
  #checkLeaves(): void {
    const height = this.#height + 1;
    this.#leaves.forEach((leaf, i) => {
      const index = this.#first + i;
      const parsed = index === 0 ? undefined : parseTransaction(leaf, this.#crypto);
      if (parsed?.ok === false) differs('entry', entryPlace(index, height), `it is no transaction (${parsed.code})`, { index, height });
    });
  }

  #genesis({ time, height }: Seal): Pick<BlockResult, 'writes' | 'policy' | 'events'> {
    if (this.#leaves.length !== 1) differs('seal', 'block 1', 'a log begins with its charter and the charter’s seal', { height });
    const { charter } = this;
    const carried = charter.predecessor === undefined ? undefined : this.#carried?.(charter);
    if (charter.predecessor !== undefined && carried === undefined) {
      differs('predecessor', 'entry 0', 'it names a predecessor whose log is not at hand', { index: 0 });
    }
    const { writes, events } =
      carried === undefined ? genesis(charter, time, this.#crypto) : successorGenesis(charter, time, this.#crypto, carried);
    return { writes, policy: this.machine.policy(readerOf(writes)), events };
  }

  #execute(seal: Seal): BlockResult {
    const transactions = this.#leaves.map((leaf, i) => this.#read(leaf, this.#first + i, seal.height));
    const seconds = Math.floor(seal.time / 1_000);
    const result = this.machine.execute(
      {
        height: seal.height,
        time: seal.time,
        transactions,
        accepted: (kid, id) => {
          const known = this.#ids.get(`${kid}/${id}`);
          return known !== undefined && known.exp > seconds ? known.name : undefined;
        },
      },
      this.records,
    );
    result.verdicts.forEach((verdict, i) => {
      if (verdict.kind !== 'accepted') this.#notAccepted(verdict, this.#first + i, seal);
    });
    if (transactions.length === 0 && result.deadlines === 0) {
      differs('seal', `block ${seal.height}`, 'it has no entry, and no deadline was due', { height: seal.height });
    }
    transactions.forEach(({ payload }, i) => {
      this.#texts.push(...textHolders(payload, this.#first + i, catalogue));
    });
    this.#remember(transactions, seconds);
    return result;
  }

  #notAccepted(verdict: Exclude<Verdict, { readonly kind: 'accepted' }>, index: number, { height, first, count }: Seal): never {
    const code = verdict.kind === 'refused' ? verdict.refusal.code : '';
    if (TIMED.has(code)) {
      // The signature holds the entry's own times; what nobody signed is the block's.
      const at = first + count;
      return differs('seal', sealPlace(height, at), `its time contradicts that of entry ${index} (${code})`, { index: at, height });
    }
    const said = code === '' ? 'it was accepted before' : `the machine refuses it (${code})`;
    return differs('entry-refused', entryPlace(index, height), said, { index, height });
  }

  /** An entry as admission would have read it. */
  #read(leaf: Uint8Array, index: number, height: number): Transaction {
    const place = entryPlace(index, height);
    const parsed = parseTransaction(leaf, this.#crypto);
    if (!parsed.ok) return differs('entry', place, `it is no transaction (${parsed.code})`, { index, height });
    const { transaction } = parsed;
    const key = this.machine.key(transaction.kid, this.records);
    if (key === undefined) return differs('entry', place, 'the key that signed it is not known to the ledger', { index, height });
    if (!verifyTransaction(transaction, key, this.#crypto))
      differs('entry', place, 'its signature does not fit its content', { index, height });
    const { action, body } = transaction.payload;
    const dot = action.indexOf('.');
    const schema = catalogue.find(({ name }) => name === action.slice(0, dot))?.actions[action.slice(dot + 1)]?.body;
    if (schema !== undefined && !makeBodyChecker(schema)(body).ok)
      differs('entry', place, 'its body does not have the form of its action', { index, height });
    return transaction;
  }

  #remember(transactions: readonly Transaction[], seconds: number): void {
    for (const { kid, name, payload } of transactions) this.#ids.set(`${kid}/${payload.id}`, { name, exp: payload.exp });
    if (this.#ids.size < this.#sweepAt) return;
    for (const [slot, { exp }] of this.#ids) if (exp <= seconds) this.#ids.delete(slot);
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

export function sealPlace(height: number, index: number): string {
  return `the seal of block ${height} (leaf ${index})`;
}

export function entryPlace(index: number, height: number): string {
  return `entry ${index} (block ${height})`;
}

function readerOf(writes: ReadonlyMap<string, string>): StateReader {
  const records = new OrderedRecords();
  for (const [key, value] of writes) records.set(key, value);
  return records;
}
