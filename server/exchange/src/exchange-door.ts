/**
 * Exactly what the exchange needs of the node behind it: what it answers to the ledger's other nodes. `server/node` composes it from
 * engine, storage and texts; nothing here reaches further, and only `receive` tells the node anything.
 */
import type { FoundText, TextPlace } from '@tabularium/texts';
import type { CometCall } from './comet-call.ts';
import type { Received } from './cosignature-book.ts';
import type { TextPage } from './text-exchange.ts';

/** A key of state that a block changed. */
export interface ChangedKey {
  readonly key: string;
  /** Lowercase hex of the key's new leaf hash in the state tree (`stateLeafHash`); null where the record is gone. */
  readonly leaf: string | null;
}

export interface ExchangeDoor {
  /** Takes the signed checkpoint that this node of the charter sent. */
  receive(node: string, note: string): Received;
  /** The largest checkpoint known here that this node of the charter signed: what it has forgotten, if it was laid back from an older copy. */
  heardOf(node: string): string | undefined;
  /** This node's own newest signed checkpoint, if it has one. */
  checkpoint(): string | undefined;
  /** The text of a digest, or that it was withdrawn; undefined where nothing is known of it. */
  text(digest: string): FoundText | undefined;
  /** The texts that came to be live here after this place of the list, `max` at most; undefined where the list has no such place. */
  textsAfter(place: TextPlace | undefined, max: number): TextPage | undefined;
  /** What the block of this height changed; undefined where there is no such block, or it is no longer known. */
  changes(height: number): readonly ChangedKey[] | undefined;
  /** JSON text of the genesis of CometBFT's term; undefined outside a term. */
  genesis(): string | undefined;
  /** Leaf 0. */
  charter(): string;
  /** The charter in force: JSON of its record. */
  charterNow(): string;
  /** Hash tile; undefined where there is none. */
  tile(level: number, index: number, width: number): Uint8Array | undefined;
  /** Entry bundle. */
  entries(index: number, width: number): Uint8Array | undefined;
  /** Hash of the snapshot that this node made at this height of CometBFT's, 64 hex digits; undefined where it has none. */
  snapshotHash(height: number): string | undefined;
  /** Passes a call on to CometBFT's RPC: the JSON text of its answer, errors of CometBFT included; undefined where no CometBFT runs. */
  comet(call: CometCall): Promise<string | undefined>;
}
