/**
 * Who watches the node: an outsider with the log, a machine of its own and no trust. It decides every leaf again as it comes,
 * on state it keeps itself, and holds seals, roots, proofs, events, stored records and projections against what it gets; it
 * remembers what was acknowledged, for ever. A difference is a `Fault` that names the check.
 */
import { bindings, catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import type { EmbeddedEngine } from '@tabularium/engine-embedded';
import type { Storage } from '@tabularium/engine-port';
import { genesis, Machine, type StoredEvent, type Verdict } from '@tabularium/kernel';
import {
  LogTree,
  leafHash,
  parseCheckpoint,
  parseNote,
  parseSeal,
  type Seal,
  StateTree,
  stateLeafHash,
  verifyConsistency,
} from '@tabularium/log';
import {
  asciiText,
  type Crypto,
  canonicalJson,
  equalBytes,
  parseTransaction,
  type Transaction,
  toHex,
  type VerificationKey,
  verifyTransaction,
} from '@tabularium/protocol';
import { ReplayState, type SeededRandom } from '@tabularium/scenarios';
import { verifyFact, verifyReceipt } from '@tabularium/verify';
import { FoldedTables } from './folded-tables.ts';
import type { SimulatedOffice } from './simulated-office.ts';
import { type Books, openBooks } from './treasury-books.ts';

export type Check =
  | 'acknowledged-lost'
  | 'answer-wrong'
  | 'books-broken'
  | 'dry-run-differs'
  | 'events-differ'
  | 'folds-differ'
  | 'halted'
  | 'log-broken'
  | 'proof-broken'
  | 'replay-differs'
  | 'seal-broken'
  | 'state-differs';

/** What a simulation finds; `check` is the promise that was broken. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly check: Check;

  constructor(check: Check, detail: string) {
    super(`${check}: ${detail}`);
    this.check = check;
  }
}

export function hold(condition: boolean, check: Check, detail: () => string): asserts condition {
  if (!condition) throw new Fault(check, detail());
}

export interface Acknowledged {
  readonly name: string;
  readonly index: number;
  readonly height: number;
}

const { sha256, utf8 } = nodeCrypto;

export class Observer {
  readonly #office: SimulatedOffice;
  readonly #machine: Machine;
  readonly #state = new ReplayState();
  readonly #tree = StateTree.load(sha256, 0, new Uint8Array(0), new Uint8Array(0), new Uint32Array(0));
  readonly #log = LogTree.empty(sha256);
  readonly #tables = new FoldedTables(catalogue);
  readonly #books: Books = openBooks();
  readonly #acknowledged: Acknowledged[] = [];
  /** Name → signature part of each transaction whose signature was checked: checking costs more than all else together. */
  readonly #signed: Map<string, string>;
  readonly #names = new Set<string>();
  readonly #ids = new Set<string>();
  #height = 0;
  #time = 0;
  #seal = '0'.repeat(64);

  constructor(office: SimulatedOffice, signed: Map<string, string> = new Map()) {
    this.#office = office;
    this.#machine = new Machine({ catalogue, bindings, crypto: office.crypto });
    this.#signed = signed;
  }

  /** State as decided anew; what generators look at. */
  get state(): ReplayState {
    return this.#state;
  }

  /** Root of the log as rebuilt here, hex. */
  get root(): string {
    return toHex(this.#log.root());
  }

  get height(): number {
    return this.#height;
  }

  get size(): number {
    return this.#log.size;
  }

  acknowledge(answer: Acknowledged): void {
    this.#acknowledged.push(answer);
  }

  /** Where a transaction was acknowledged, if it was. */
  placeOf(name: string): Acknowledged | undefined {
    return this.#acknowledged.find((answer) => answer.name === name);
  }

  /** The dry run: what would become of it now, by this observer's own machine and state. */
  foresee(claim: Parameters<Machine['check']>[0], now: number): Verdict {
    return this.#machine.check(claim, this.#state, { time: Math.max(now, this.#time), height: this.#height + 1 });
  }

  /** The same for signed bytes; undefined where a deadline comes first, or the bytes are no transaction. */
  foreseeWritten(bytes: Uint8Array, now: number): Verdict | undefined {
    const parsed = parseTransaction(bytes, nodeCrypto);
    const due = this.#machine.nextDeadline(this.#state);
    if (!parsed.ok || (due !== undefined && due <= Math.max(now, this.#time))) return undefined;
    return this.foresee(parsed.transaction, now);
  }

  /** Goes through every block that is new in the store and through what the engine says of it. */
  follow(storage: Storage, engine: EmbeddedEngine, random: SeededRandom): void {
    const head = storage.head();
    hold(head.height >= this.#height, 'log-broken', () => `height ${head.height} after ${this.#height}`);
    const before = this.#log.size;
    const root = this.#log.root();
    while (this.#height < head.height) this.#block(storage);
    hold(head.size === this.#log.size, 'log-broken', () => `${head.size} leaves in the head, ${this.#log.size} in the blocks`);
    hold(equalBytes(head.state, this.#tree.root), 'state-differs', () => `the head's state root at height ${head.height}`);
    const checkpoint = parseCheckpoint(parseNote(head.checkpoint ?? '')?.text ?? '');
    hold(
      checkpoint !== undefined && checkpoint.size === this.#log.size && equalBytes(checkpoint.root, this.#log.root()),
      'log-broken',
      () => `the checkpoint at height ${head.height} is not of this log`,
    );
    if (before < 2 || before === this.#log.size) return;
    const proof = engine.consistency(before, this.#log.size);
    const consistent = verifyConsistency({ from: before, fromRoot: root, to: this.#log.size, toRoot: this.#log.root(), proof }, sha256);
    hold(consistent, 'proof-broken', () => `consistency from ${before} to ${this.#log.size}`);
    if (random.chance(1, 4)) this.#receipt(engine, random.between(before - 1, this.#log.size - 1));
    if (random.chance(1, 8)) this.#receipt(engine, random.below(this.#log.size));
    if (random.chance(1, 8)) this.#fact(engine, random);
  }

  /**
   * After a restart: everything acknowledged is where it was said to be, and records are what they were. `folds`: projections
   * are folded anew from all stored events as well.
   */
  recount(storage: Storage, folds: boolean): void {
    const head = storage.head();
    for (const { name, index, height } of this.#acknowledged) {
      const found = storage.findName(name);
      hold(
        found === index && height <= head.height,
        'acknowledged-lost',
        () => `${name} at leaf ${index} of block ${height}, found ${String(found)}`,
      );
    }
    hold(head.height >= this.#height, 'acknowledged-lost', () => `block ${this.#height} was durable, now there are ${head.height}`);
    // Blocks that were durable but not yet answered when power failed are new to this observer: `follow` comes to them next.
    if (head.height !== this.#height) return;
    for (const [key, value] of this.#state.entries()) hold(storage.get(key) === value, 'state-differs', () => `${key} after a restart`);
    if (!folds) return;
    const anew = new FoldedTables(catalogue);
    for (const block of storage.events(1, head.height)) anew.fold(block);
    const difference = anew.difference(this.#tables);
    hold(difference === undefined, 'folds-differ', () => `folds of all events at height ${head.height}: ${difference}`);
  }

  /** Decides the whole log again from genesis, with nothing kept from before but the log. */
  replayAll(storage: Storage): void {
    const again = new Observer(this.#office, this.#signed);
    const head = storage.head();
    while (again.#height < head.height) again.#block(storage);
    for (const [key, value] of this.#state.entries()) {
      hold(again.#state.get(key) === value, 'replay-differs', () => `${key} in a second replay`);
    }
    hold(
      again.#state.size === this.#state.size,
      'replay-differs',
      () => `${again.#state.size} records in a second replay, ${this.#state.size} before`,
    );
    const difference = again.#tables.difference(this.#tables);
    hold(difference === undefined, 'folds-differ', () => `folds of a second replay: ${difference}`);
  }

  #block(storage: Storage): void {
    const height = this.#height + 1;
    const block = storage.block(height);
    hold(block !== undefined && block.first === this.#log.size, 'log-broken', () => `block ${height} does not follow`);
    const leaves = storage.leaves(block.first, block.first + block.count);
    hold(leaves.length === block.count, 'log-broken', () => `${leaves.length} of ${block.count} leaves of block ${height}`);
    const seal = parseSeal(leaves.at(-1)!);
    hold(seal !== undefined, 'seal-broken', () => `block ${height} does not end in a seal`);
    this.#checkSeal(seal, height, block.first, leaves.length - 1);
    const stored = [...storage.events(height, height)][0];
    const { writes, events, policy } = height === 1 ? this.#genesis(leaves, seal.time) : this.#decide(leaves.slice(0, -1), seal);
    hold(stored !== undefined && sameEvents(stored.events, events), 'events-differ', () => `events of block ${height}`);
    this.#apply(writes, height, storage);
    hold(toHex(this.#tree.root) === seal.state, 'state-differs', () => `state root of block ${height}`);
    hold(toHex(sha256(utf8.encode(policy))) === seal.validators, 'seal-broken', () => `policy of block ${height}`);
    for (const leaf of leaves) this.#log.append(leafHash(leaf, sha256));
    this.#log.takeFullTiles();
    this.#tables.fold({ height, time: seal.time, first: block.first, events: stored.events });
    this.#height = height;
    this.#time = seal.time;
    this.#seal = toHex(sha256(leaves.at(-1)!));
  }

  #checkSeal(seal: Seal, height: number, first: number, count: number): void {
    const fits =
      seal.height === height &&
      seal.first === first &&
      seal.count === count &&
      seal.prev === this.#seal &&
      seal.time >= this.#time &&
      seal.ledger === this.#office.charter.origin;
    hold(fits, 'seal-broken', () => `seal of block ${height}: ${JSON.stringify(seal)}`);
  }

  #genesis(leaves: readonly Uint8Array[], time: number) {
    hold(leaves.length === 2 && equalBytes(leaves[0]!, this.#office.leaf), 'log-broken', () => 'block 1 is not the charter');
    const { writes, events } = genesis(this.#office.charter, time, nodeCrypto);
    const state = new ReplayState();
    state.apply(writes);
    return { writes, events, policy: this.#machine.policy(state) };
  }

  #decide(entries: readonly Uint8Array[], seal: Seal) {
    const transactions = entries.map((bytes) => this.#read(bytes, seal.height));
    const result = this.#machine.execute({ height: seal.height, time: seal.time, transactions, accepted: () => undefined }, this.#state);
    hold(
      result.verdicts.every(({ kind }) => kind === 'accepted') && result.deadlines + transactions.length > 0,
      'replay-differs',
      () => `block ${seal.height}: ${JSON.stringify(result.verdicts.find(({ kind }) => kind !== 'accepted') ?? 'nothing happened in it')}`,
    );
    return result;
  }

  #read(bytes: Uint8Array, height: number): Transaction {
    const parsed = parseTransaction(bytes, nodeCrypto);
    hold(parsed.ok, 'log-broken', () => `a leaf of block ${height} is no transaction`);
    const { transaction } = parsed;
    const { kid, name, payload } = transaction;
    const key = this.#machine.key(kid, this.#state);
    hold(
      key !== undefined && isSigned(transaction, key, this.#office.crypto, this.#signed),
      'log-broken',
      () => `nobody signed ${name} in block ${height}`,
    );
    const id = `${kid}/${payload.id}`;
    hold(!this.#names.has(name) && !this.#ids.has(id), 'log-broken', () => `${name} is in the log twice`);
    this.#names.add(name);
    this.#ids.add(id);
    return transaction;
  }

  #apply(writes: ReadonlyMap<string, string | null>, height: number, storage: Storage): void {
    const last = storage.head().height === height;
    const changes = [];
    for (const [key, value] of writes) {
      const keyHash = sha256(utf8.encode(key));
      changes.push({ keyHash, leafHash: value === null ? null : stateLeafHash(keyHash, sha256(utf8.encode(value)), sha256), ref: 0 });
      if (last) hold((storage.get(key) ?? null) === value, 'state-differs', () => `${key} after block ${height}`);
      const wrong = this.#books.write(key, value);
      hold(wrong === undefined, 'books-broken', () => `block ${height}: ${wrong}`);
    }
    this.#state.apply(writes);
    this.#tree.apply(changes.filter(({ leafHash: hash, keyHash }) => hash !== null || this.#tree.get(keyHash) !== undefined));
    const unbalanced = this.#books.balance();
    hold(unbalanced === undefined, 'books-broken', () => `block ${height}: ${unbalanced}`);
  }

  /** A leaf's receipt, if it is a transaction's, convinces the offline verifier and is about that leaf. */
  #receipt(engine: EmbeddedEngine, index: number): void {
    const text = engine.receipt(index);
    if (text === undefined) return;
    const verified = verifyReceipt(text, this.#machine.policy(this.#state), this.#office.crypto);
    hold(verified.ok, 'proof-broken', () => `receipt of leaf ${index}: ${verified.ok ? '' : verified.detail}`);
    const same = verified.index === index && equalBytes(leafHash(verified.transaction.bytes, sha256), this.#leafHash(index));
    hold(same, 'proof-broken', () => `the receipt of leaf ${index} is about leaf ${verified.index}`);
  }

  /** What the engine proves to stand, or not to stand, under a key is what stands there. */
  #fact(engine: EmbeddedEngine, random: SeededRandom): void {
    const present = this.#state.scan(random.pick(['kernel/', 'treasury/account/', 'treasury/p', 'treasury/c']), 'z', 40);
    const [key] = random.chance(1, 4) || present.length === 0 ? [`treasury/payment/${random.below(1_000)}`] : random.pick(present);
    const bundle = engine.fact(key);
    hold(bundle !== undefined, 'proof-broken', () => `no fact for ${key}`);
    const verified = verifyFact(JSON.stringify(bundle), this.#machine.policy(this.#state), this.#office.crypto);
    hold(verified.ok, 'proof-broken', () => `fact of ${key}: ${verified.ok ? '' : verified.detail}`);
    const stands = verified.value === null ? undefined : canonicalJson(verified.value);
    hold(stands === this.#state.get(key), 'proof-broken', () => `the fact of ${key} says ${stands}`);
  }

  #leafHash(index: number): Uint8Array {
    const tile = Math.floor(index / 256);
    const hashes = this.#log.tile(0, tile, Math.min(256, this.#log.size - tile * 256))!;
    return hashes.subarray((index % 256) * 32, (index % 256) * 32 + 32);
  }
}

/** Verifies a signature once for each pair of name and signature; `signed` remembers the good ones. */
export function isSigned(transaction: Transaction, key: VerificationKey, crypto: Crypto, signed: Map<string, string>): boolean {
  const { bytes, name } = transaction;
  const signature = asciiText(bytes.subarray(bytes.lastIndexOf(0x2e)));
  if (signed.get(name) === signature) return true;
  if (!verifyTransaction(transaction, key, crypto)) return false;
  signed.set(name, signature);
  return true;
}

function sameEvents(a: readonly StoredEvent[], b: readonly StoredEvent[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
