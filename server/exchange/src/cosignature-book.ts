/**
 * Which checkpoint the ledger's nodes agree on (ADR 0011 "Agreed"): what each of them signed, beside what we signed ourselves.
 */
import type { VerifierKey } from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';
import type { Evidence } from './evidence.ts';

/** A node of the charter in force. */
export interface BookNode {
  readonly id: string;
  /** Type 01, named by the origin. */
  readonly log: VerifierKey;
  /** Type 04. */
  readonly cosigner: VerifierKey;
  /** Whether its cosignature counts. */
  readonly votes: boolean;
}

export interface BookCharter {
  /** This node included. */
  readonly nodes: readonly BookNode[];
  /** How many voting nodes make a checkpoint agreed. */
  readonly quorum: number;
}

export interface CosignatureBookOptions {
  readonly origin: string;
  readonly crypto: Crypto;
  /** The charter in force now. */
  readonly charter: () => BookCharter;
  /** The newest agreed checkpoint grew, or has more or fresher cosignatures. */
  readonly onAgreed: (note: string, size: number) => void;
  readonly onEvidence: (evidence: Evidence) => void;
}

/** What became of a note that a node sent. */
export type Received =
  /** It is of a checkpoint of ours: its lines are kept. */
  | 'accepted'
  /** Larger than ours: kept until ours is as large. */
  | 'ahead'
  /** Smaller than what we still hold lines for. */
  | 'old'
  /** Same size, other root. */
  | 'contradiction'
  /** No valid signature of the node that sent it. */
  | 'not-signed'
  /** No signed checkpoint of this ledger. */
  | 'malformed'
  /** No node of the charter in force. */
  | 'unknown-node';

export interface Agreed {
  readonly note: string;
  readonly size: number;
}

export interface CosignatureBook {
  /** A checkpoint that this node just signed, or cosigned anew. Throws when it contradicts an earlier one. */
  own(note: string): void;
  received(node: string, note: string): Received;
  /** The charter in force is another one. */
  charterChanged(): void;
  readonly agreed: Agreed | undefined;
  /** Nodes that signed another root than ours for this size. */
  contradictors(size: number): readonly string[];
  /** True when a quorum signed one and the same other root for this size. */
  isOutvoted(size: number): boolean;
  readonly evidence: readonly Evidence[];
}
