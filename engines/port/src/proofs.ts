/**
 * What an engine can prove of its log and state: receipts, facts, tiles, entry bundles, consistency. All of it is synchronous, so that
 * each answer is of one moment: a fact's value, path, seal and checkpoint belong together.
 */
import {
  encodeEntryBundle,
  type FactBundle,
  formatTlogProof,
  makeFact,
  parseCheckpoint,
  parseNote,
  stateLeafHash,
  stateProof,
  TILE_WIDTH,
} from '@tabularium/log';
import { type Crypto, equalBytes, isStateKey, type PublicJwk, transactionName } from '@tabularium/protocol';
import type { Chain } from './chain.ts';
import type { Placed } from './engine.ts';
import { proofLines, type ReceiptParts } from './receipt-text.ts';
import { RecentLeaves } from './recent-leaves.ts';
import { type Storage, StorageDamaged } from './storage.ts';

/** Finds the public key that `kid` names. */
export type KeyOf = (kid: string) => PublicJwk | undefined;

const SYSTEM_LEAF = 0x7b;
const DOT = 0x2e;
const MAX_SIGNERS = 1_000;

export interface ProofsOptions {
  readonly storage: Storage;
  readonly crypto: Crypto;
  readonly chain: Chain;
  readonly keyOf: KeyOf;
  /** Size of the newest checkpoint that is signed; nothing beyond it is proven or shown. Default: the log's. */
  readonly signedSize?: () => number;
}

/** What stands under a key as of one seal, lacking a checkpoint whose last leaf that seal is. */
export interface FactDraft {
  /** Of that checkpoint. */
  readonly size: number;
  signed(checkpoint: string): FactBundle;
}

/** A checkpoint that others have cosigned. */
interface Cosigned {
  readonly note: string;
  readonly size: number;
}

export class Proofs {
  readonly #options: ProofsOptions;
  readonly #signers: Signers;
  readonly #recent = new RecentLeaves();
  readonly #signedSize: () => number;
  #witnessed: Cosigned | undefined;
  #agreed: Cosigned | undefined;

  constructor(options: ProofsOptions) {
    this.#options = options;
    this.#signers = new Signers(options.keyOf);
    this.#signedSize = options.signedSize ?? (() => options.chain.log.size);
    const { agreed, witnessed } = options.storage.head();
    if (agreed !== undefined) this.agreed(agreed);
    if (witnessed !== undefined) this.witnessed(witnessed);
  }

  /** Somebody outside has cosigned this checkpoint. */
  witnessed(note: string): void {
    this.#witnessed = this.#ours(note) ?? this.#witnessed;
  }

  /** As many nodes as count have cosigned this checkpoint. */
  agreed(note: string): void {
    this.#agreed = this.#ours(note) ?? this.#agreed;
  }

  #ours(note: string): Cosigned | undefined {
    const size = parseCheckpoint(parseNote(note)?.text ?? '')?.size;
    return size !== undefined && size <= this.#options.chain.log.size ? { note, size } : undefined;
  }

  /** A block is durable: what is asked of it at once is at hand. */
  appended(first: number, leaves: readonly Uint8Array[]): void {
    this.#recent.add(first, leaves);
  }

  /** A leaf, exact bytes. */
  leaf(index: number): Uint8Array | undefined {
    return this.#recent.get(index) ?? this.#options.storage.leaves(index, index + 1)[0];
  }

  /**
   * The receipt of a transaction, by its name or its place in the log: in the newest checkpoint that somebody outside has cosigned if
   * that one covers it, otherwise in the newest that the nodes agree on, otherwise in the newest of all. Undefined where there is no such
   * transaction.
   */
  receipt(of: number | string): ReceiptParts | undefined {
    const { storage, chain } = this.#options;
    const index = typeof of === 'number' ? of : storage.findName(of);
    if (index === undefined || index >= this.#signedSize()) return undefined;
    const leaf = this.leaf(index);
    if (leaf === undefined || leaf[0] === SYSTEM_LEAF) return undefined;
    const jwk = this.#signers.of(leaf);
    if (jwk === undefined) throw new StorageDamaged(`the key that signed leaf ${index} is not in the ledger`);
    const covers = (one: Cosigned | undefined): Cosigned | undefined => (one !== undefined && index < one.size ? one : undefined);
    const { note: checkpoint, size } = covers(this.#witnessed) ??
      covers(this.#agreed) ?? { note: storage.head().checkpoint!, size: this.#signedSize() };
    return { proof: proofLines({ entry: leaf, jwk, index, hashes: chain.log.inclusion(index, size) }), checkpoint };
  }

  /**
   * What stands under a state key, or that nothing does, as of the newest seal; to be asked while trees and store are at one. Undefined
   * before the first seal or for a text that is no key.
   */
  draftFact(key: string): FactDraft | undefined {
    const { storage, chain, crypto } = this.#options;
    const { size } = storage.head();
    if (chain.state.size === 0 || !isStateKey(key)) return undefined;
    const value = chain.records.get(key) ?? null;
    const place = chain.state.proof(crypto.sha256(crypto.utf8.encode(key)));
    const agrees = place.found
      ? value !== null &&
        equalBytes(place.path.leafHash, stateLeafHash(place.path.keyHash, crypto.sha256(crypto.utf8.encode(value)), crypto.sha256))
      : value === null;
    if (!agrees) throw new StorageDamaged(`the record of ${key} is not the one in the state tree`);
    const proof = stateProof(key, place, (ref) => {
      const record = storage.record(ref);
      if (record === undefined) throw new StorageDamaged(`record ${ref} is missing`);
      return record;
    });
    const index = size - 1;
    const seal = this.leaf(index)!;
    const hashes = chain.log.inclusion(index, size);
    return { size, signed: (checkpoint) => makeFact(key, value, proof, seal, formatTlogProof({ index, hashes, checkpoint })) };
  }

  /** The first `width` hashes of a hash tile, if the log reaches so far. */
  tile(level: number, index: number, width: number): Uint8Array | undefined {
    const { log } = this.#options.chain;
    const size = this.#signedSize();
    // A tile is shown as far as the signed log fills it; full ones may be asked for narrower (C2SP tlog-tiles).
    if (size < log.size && (index * TILE_WIDTH + width) * TILE_WIDTH ** level > size) return undefined;
    return log.tile(level, index, width);
  }

  /** The first `width` leaves of an entry bundle, if the log reaches so far. */
  entries(index: number, width: number): Uint8Array | undefined {
    if (!Number.isSafeInteger(index) || index < 0 || !Number.isInteger(width) || width < 1 || width > TILE_WIDTH) return undefined;
    const first = index * TILE_WIDTH;
    if (first + width > this.#signedSize()) return undefined;
    const leaves = this.#options.storage.leaves(first, first + width);
    // Of a ledger that came by a snapshot, the oldest may not be here yet.
    return leaves.length === width ? encodeEntryBundle(leaves) : undefined;
  }

  /** Name of the accepted transaction with this signer and id whose exp has not passed at `time` (ms UTC). */
  acceptedName(kid: string, id: string, time: number): string | undefined {
    const { storage, crypto } = this.#options;
    const index = storage.findId(kid, id, Math.floor(time / 1000));
    if (index === undefined) return undefined;
    const leaf = this.leaf(index);
    if (leaf === undefined) throw new StorageDamaged(`leaf ${index} is missing`);
    return transactionName(leaf.subarray(0, leaf.lastIndexOf(DOT)), crypto);
  }

  /** Where a transaction stands. */
  placed(name: string): Placed | undefined {
    const { storage } = this.#options;
    const index = storage.findName(name);
    const block = index === undefined ? undefined : storage.blockOf(index);
    return index === undefined || block === undefined ? undefined : { name, index, height: block.height, time: block.time };
  }
}

/**
 * The keys that signed entries. An entry was accepted, so its header names one; a signer's header is the same each time, and what a kid
 * names never changes, for it is the key's thumbprint.
 */
class Signers {
  readonly #keyOf: KeyOf;
  #keys = new Map<string, PublicJwk>();

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  of(leaf: Uint8Array): PublicJwk | undefined {
    const header = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.indexOf(DOT)).toString('latin1');
    const known = this.#keys.get(header);
    if (known !== undefined) return known;
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid: string };
    const jwk = this.#keyOf(kid);
    if (jwk === undefined) return undefined;
    if (this.#keys.size >= MAX_SIGNERS) this.#keys = new Map();
    this.#keys.set(header, jwk);
    return jwk;
  }
}

export { joinReceipt, proofLines, type ReceiptParts } from './receipt-text.ts';
