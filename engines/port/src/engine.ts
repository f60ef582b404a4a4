/** Who orders transactions. One contract test (`engine-contract.ts`) runs on every engine over every store. */
import type { BlockInput, BlockResult, Refusal, StateReader, Validator } from '@tabularium/kernel';
import type { FactBundle } from '@tabularium/log';
import type { Transaction } from '@tabularium/protocol';
import type { ReceiptParts } from './receipt-text.ts';
import type { Head } from './storage.ts';

export interface Placed {
  readonly name: string;
  /** Leaf index in the log. */
  readonly index: number;
  readonly height: number;
  /** Block time, ms UTC. */
  readonly time: number;
}

export type Outcome =
  | ({ readonly kind: 'accepted' } & Placed)
  /** Accepted before: the first answer again. */
  | ({ readonly kind: 'repeated' } & Placed)
  | {
      readonly kind: 'refused';
      readonly name: string;
      readonly kid: string;
      readonly id: string;
      readonly exp: number;
      readonly refusal: Refusal;
      readonly height: number;
      readonly time: number;
    }
  /** Not a transaction at all; `code` from the protocol's closed list. */
  | { readonly kind: 'malformed'; readonly code: string; readonly detail: string }
  /**
   * The queue is full (`429`), or the store cannot take more, or the engine is behind the other nodes, hears of no decision, is closing or
   * has stopped at a broken invariant (`503`).
   * After `undecided` and `halted` it is not known whether the transaction is in: the same bytes sent again get the first answer.
   */
  | {
      readonly kind: 'busy';
      readonly reason: 'queue-full' | 'storage-full' | 'catching-up' | 'undecided' | 'closing' | 'halted';
      readonly retryAfterSeconds: number;
    };

/** What admission says of one submission. */
export type Admission =
  | { readonly ok: true; readonly transaction: Transaction }
  | { readonly ok: false; readonly kind: 'malformed'; readonly code: string; readonly detail: string }
  /** Well formed, but the key is unknown or the signature does not fit: refused with this code. */
  | { readonly ok: false; readonly kind: 'refused'; readonly transaction: Transaction; readonly refusal: Refusal };

/** Parses, checks schemas and verifies signatures, in whatever threads the caller has. Same order as the input. */
export type Admit = (batch: readonly Uint8Array[]) => Promise<readonly Admission[]>;

/** The deterministic machine as an engine sees it: it decides blocks, and knows when it must next be woken. */
export interface MachinePort {
  execute(input: BlockInput, state: StateReader): BlockResult;
  /** Earliest open deadline, ms UTC. */
  nextDeadline(state: StateReader): number | undefined;
  /** The tlog-policy text that this state generates. */
  policy(state: StateReader): string;
  /** Who votes on blocks; nobody where one node orders by itself. Changes with the policy only. */
  validators(state: StateReader): readonly Validator[];
}

export interface SealedBlock {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly count: number;
  readonly size: number;
  /** Newest checkpoint, with this node's signatures. */
  readonly checkpoint: string;
  /** Keys changed in this block. */
  readonly changedKeys: readonly string[];
}

export interface Engine {
  /** Resolves when the outcome is durable. Never queues beyond its bound. */
  submit(jws: Uint8Array): Promise<Outcome>;
  submitMany(batch: readonly Uint8Array[]): Promise<readonly Outcome[]>;
  head(): Head;
  /** State as of the newest block. */
  readonly records: StateReader;
  /** Called after each durable block that is signed, in order. Returns how to stop listening. */
  onBlock(listener: (block: SealedBlock) => void): () => void;
  status(): { readonly queued: number; readonly height: number; readonly size: number; readonly halted?: string };
  /** The newest checkpoint for everybody: cosigned by as many nodes as count, where there are several. */
  checkpoint(): string;
  /** Where an accepted transaction stands, by its name. */
  placed(name: string): Placed | undefined;
  /** Receipt of a transaction by name or log index (`.tlog-proof` text); undefined where there is none. */
  receipt(of: number | string): string | undefined;
  /** The same in its two parts. */
  receiptParts(of: number | string): ReceiptParts | undefined;
  /** What stands under a state key as of the newest seal, as one bundle, once that is signed; undefined for a text that is no state key. */
  fact(key: string): FactBundle | undefined | Promise<FactBundle | undefined>;
  /** Hash tile for `/log/tile/<level>/<index>[.p/<width>]`. */
  tile(level: number, index: number, width: number): Uint8Array | undefined;
  /** Entry bundle for `/log/tile/entries/<index>[.p/<width>]`. */
  entries(index: number, width: number): Uint8Array | undefined;
  /** Consistency proof for a witness, from its size to that of a checkpoint. Throws RangeError where the log is shorter. */
  consistency(from: number, to: number): Uint8Array[];
  /**
   * Take in cosignatures of others for a checkpoint of this log: the note as it was offered to them, and the lines that came back, which
   * the caller has verified. They go to the newest checkpoint if it is still that one, and to the newest witnessed one, which receipts
   * use. Throws RangeError when the note is not this log's or the lines are none.
   */
  addCosignatures(note: string, lines: readonly string[]): void;
  close(): Promise<void>;
}

/** Signs for a node; the key itself stays with whoever made this. */
export interface NodeSigner {
  /** Ed25519 (RFC 8032) with the log key: 64 bytes. */
  signLog(message: Uint8Array): Uint8Array;
  /** Ed25519 with the separate cosigner key: 64 bytes. */
  signCosign(message: Uint8Array): Uint8Array;
  /** ES256 r‖s with the notice key. */
  signNotice(message: Uint8Array): Uint8Array;
}

/** The only clock an engine knows: ms UTC. */
export type Clock = () => number;
