/**
 * Exactly what the HTTP API needs of the node behind it. `server/node` composes it from engine, store, machine and
 * keys; nothing here reaches further, and no method but `submit` and `submitMany` changes the ledger.
 */
import type { Head, KeptRefusal, Outcome, Placed, SealedBlock, StoredBlock } from '@tabularium/engine-port';
import type { RecordChange, StoredEvent, Verdict } from '@tabularium/kernel';
import type { FactBundle } from '@tabularium/log';
import type { Losses } from '@tabularium/pages';
import type { JsonObject, RefusalNotice } from '@tabularium/protocol';

/** An act as somebody would sign it, for a dry run; the node adds ledger, id and exp. */
export interface CheckRequest {
  /** Key id (RFC 7638 thumbprint) of whoever would sign. */
  readonly signer: string;
  readonly action: string;
  readonly as?: string;
  readonly for?: string;
  readonly on?: Readonly<Record<string, number>>;
  readonly body: JsonObject;
  /** Whether to say what would change. */
  readonly changes?: boolean;
}

/** What no rule forbids, and the signer should know before signing. */
export interface CheckWarning {
  readonly code: 'version-missing' | 'signers-unreachable';
  /** In words, of this node and this moment. */
  readonly text: string;
}

/** What is known of a ledger's other nodes. */
export interface SharedLedger {
  /** Size of the newest checkpoint that as many nodes have cosigned as count. */
  agreed(): number;
  /** Resolves with whether such a checkpoint covers so many leaves; waits some seconds for it. */
  covers(size: number): Promise<boolean>;
  /** Nodes of this ledger that signed what contradicts it, or themselves, with both notes. */
  evidence(): readonly NodeEvidence[];
  /** Whether a text that is not here may come from another node any moment. */
  awaitsText(digest: string): boolean;
  /** Why this node casts no vote, in words; undefined where it does, or has none. */
  voteless(): string | undefined;
  /** Heights of old blocks that are still on their way to this node, which came by a snapshot; undefined where it has all. */
  missing(): { readonly from: number; readonly to: number } | undefined;
}

export interface NodeEvidence {
  readonly node: string;
  readonly size: number;
  readonly kind: string;
}

export interface LedgerDoor {
  /** `<name>/<16 hex>`. */
  readonly origin: string;
  /** The charter as it stands in leaf 0: canonical JSON. */
  readonly charter: string;
  /** This node's log verifier key, without line break. */
  readonly vkey: string;

  submit(jws: Uint8Array): Promise<Outcome>;
  submitMany(batch: readonly Uint8Array[]): Promise<readonly Outcome[]>;
  /** Decides without signature and without effect, on the newest state. What is not even a payload is `malformed`. */
  check(
    request: CheckRequest,
  ):
    | (Verdict & { readonly warnings?: readonly CheckWarning[]; readonly changes?: readonly RecordChange[] })
    | { readonly kind: 'malformed'; readonly code: string; readonly detail: string };

  head(): Head;
  status(): { readonly queued: number; readonly height: number; readonly size: number; readonly halted?: string };
  /** Called after each durable block; returns how to stop listening. */
  onBlock(listener: (block: SealedBlock) => void): () => void;

  /** Where the accepted transaction of this name stands. */
  placed(name: string): Placed | undefined;
  /** Log indexes of the accepted transactions whose names begin so; eight characters and more. */
  entriesNamed(start: string): readonly number[];
  /** The same by signer (kid) and id; answers until the transaction's `exp`. */
  placedById(kid: string, id: string): Placed | undefined;
  refusal(name: string): KeptRefusal | undefined;
  refusalById(kid: string, id: string): KeptRefusal | undefined;
  /** Keeps outcome and notice of refused transactions; need not be durable before the answer. */
  keepRefusals(refusals: readonly KeptRefusal[]): void;
  /** Signs a refusal notice with the node's notice key: compact JWS. */
  signNotice(notice: RefusalNotice): string;

  /** `.tlog-proof` text of an accepted transaction, by name or log index. */
  receipt(of: string | number): string | undefined;
  /** The same before it is joined: lines of ASCII and, after an empty one, the checkpoint's note. */
  receiptParts(of: string | number): { readonly proof: readonly string[]; readonly checkpoint: string } | undefined;
  /** Undefined for a text that is no state key. Rejects where the newest block is not signed in time. */
  fact(key: string): FactBundle | undefined | Promise<FactBundle | undefined>;
  /** A record's canonical JSON in the newest state. */
  record(key: string): string | undefined;
  block(height: number): StoredBlock | undefined;
  blockOf(index: number): StoredBlock | undefined;
  /** Leaves from..to (exclusive). */
  leaves(from: number, to: number): readonly Uint8Array[];
  /** The events that one block caused. */
  events(height: number): readonly StoredEvent[];

  /** Newest signed checkpoint. */
  checkpoint(): string;
  /** The tlog-policy text that the newest state generates. */
  policy(): string;
  tile(level: number, index: number, width: number): Uint8Array | undefined;
  /** Entry bundle of C2SP tlog-tiles. */
  entries(index: number, width: number): Uint8Array | undefined;
  /** Where several nodes run the ledger. */
  readonly shared?: SharedLedger;
  /** What became of the ledger before this one, as of the newest state; undefined where this one succeeds no other. */
  losses(): Losses | undefined;
}
