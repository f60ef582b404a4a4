/**
 * Which checkpoint the ledger's nodes agree on (ADR 0011 "Agreed"): beside each checkpoint that this node signed stands what the others
 * signed for the same size. It is told of notes and answers; whoever holds it does the talking.
 *
 * A line counts for the node whose key made it, whoever brought it. For the quorum cosignatures count, as in the policy; to contradict us,
 * or oneself, the signature of the log key is as good. What was agreed stays agreed under a later charter: nobody is shown less than before.
 */
import {
  formatCheckpoint,
  formatNote,
  isBy,
  MAX_NOTE_SIGNATURES,
  type Note,
  type NoteSignature,
  parseCheckpoint,
  parseNote,
  signatureLine,
} from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';
import { type Evidence, evidenceKey, findEvidence } from './evidence.ts';
import { NodeStatements, type NodeVerifiers } from './node-statements.ts';

/** A node of the charter in force. */
export interface BookNode extends NodeVerifiers {
  readonly id: string;
  /** Whether its cosignature counts. */
  readonly votes: boolean;
}

export interface BookCharter {
  /** This node included. */
  readonly nodes: readonly BookNode[];
  /** How many voting nodes make a checkpoint agreed; at least 1. */
  readonly quorum: number;
}

export interface CosignatureBookOptions {
  readonly origin: string;
  readonly crypto: Crypto;
  /** The charter in force now. */
  readonly charter: () => BookCharter;
  /** Faults that were told before: they are told no more. */
  readonly known?: readonly Evidence[];
  /** The newest agreed checkpoint grew, or has more or fresher cosignatures. */
  readonly onAgreed: (note: string, size: number) => void;
  /** A fault of a node; each is told once. */
  readonly onEvidence: (evidence: Evidence) => void;
  /** A quorum signed one and the same other root for a size that we signed: we are the one who is wrong. Told of growing sizes. */
  readonly onOutvoted: (size: number) => void;
}

/** What became of a note that a node sent. */
export const RECEIVED = ['accepted', 'ahead', 'old', 'contradiction', 'not-signed', 'malformed', 'unknown-node'] as const;
/**
 * - `accepted`: it is a checkpoint of ours, the newest or one of the last: its lines are kept.
 * - `ahead`: larger than ours: kept until ours is as large.
 * - `old`: smaller, and none of our last: nothing is kept.
 * - `contradiction`: same size, other root.
 * - `not-signed`: no valid signature of the node that sent it.
 * - `malformed`: no signed checkpoint of this ledger.
 * - `unknown-node`: none of the charter in force.
 */
export type Received = (typeof RECEIVED)[number];

export interface Agreed {
  readonly note: string;
  readonly size: number;
}

/** Checkpoints of ours for which lines are kept. */
const OWN_MAX = 48;
/** Faults that are kept of one node. It is convicted by the first. */
const EVIDENCE_MAX = 8;

export class CosignatureBook {
  readonly #options: CosignatureBookOptions;
  /** Our last checkpoints, by size, growing. */
  readonly #own = new Map<number, Note>();
  #newest = -1;
  #statements = new Map<string, NodeStatements>();
  readonly #evidence = new Map<string, Evidence>();
  #agreed: Agreed | undefined;
  #outvoted = -1;

  constructor(options: CosignatureBookOptions) {
    this.#options = options;
    for (const evidence of options.known ?? []) this.#keep(evidence);
  }

  /** The newest checkpoint that a quorum of the voting nodes cosigned: our note, with the nodes' cosignatures. */
  get agreed(): Agreed | undefined {
    return this.#agreed;
  }

  /** The checkpoint of this size, if it is one of our last and a quorum cosigned it. */
  agreedAt(size: number): string | undefined {
    const { nodes, quorum } = this.#charter();
    return this.#own.has(size) && this.#cosigners(size, nodes).length >= quorum ? this.#noteOf(size, nodes) : undefined;
  }

  /** The first faults of each node, as they were found. */
  get evidence(): readonly Evidence[] {
    return [...this.#evidence.values()];
  }

  /**
   * A checkpoint that this node just signed, or cosigned anew. Throws RangeError when it is none of this ledger, and an Error when it
   * contradicts an earlier one of ours.
   */
  own(note: string): void {
    const read = this.#read(note);
    if (read === undefined) throw new RangeError('not a signed checkpoint of this ledger');
    const { size, parsed } = read;
    const known = this.#own.get(size);
    if (known !== undefined && known.text !== parsed.text) throw new Error(`this node signed two checkpoints of size ${size}`);
    if (known === undefined && size < this.#newest) return;
    const { nodes } = this.#charter();
    this.#own.set(size, parsed);
    this.#newest = Math.max(this.#newest, size);
    if (this.#own.size > OWN_MAX) this.#own.delete(this.#own.keys().next().value!);
    for (const { id } of nodes) this.#statements.get(id)!.hear(size, parsed);
    this.#settle();
  }

  /** A signed checkpoint that a node of the charter sent. */
  received(node: string, note: string): Received {
    const read = this.#read(note);
    if (read === undefined) return 'malformed';
    const { size, parsed } = read;
    const { nodes } = this.#charter();
    const sender = this.#statements.get(node);
    if (sender === undefined) return 'unknown-node';
    const ours = this.#own.get(size);
    const ahead = size > this.#newest;
    if (!sender.hear(size, parsed)) return 'not-signed';
    for (const { id } of nodes) if (id !== node) this.#statements.get(id)!.hear(size, parsed);
    this.#settle();
    if (ours === undefined) return ahead ? 'ahead' : 'old';
    return ours.text === parsed.text ? 'accepted' : 'contradiction';
  }

  /** The charter in force is another one: nodes, keys, votes or quorum. */
  charterChanged(): void {
    this.#settle();
  }

  /**
   * Nodes of the charter in force that signed another root than ours for this size. `ours`: the note text of a checkpoint that we came to
   * and have not signed.
   */
  contradictors(size: number, ours: string | undefined = this.#own.get(size)?.text): readonly string[] {
    if (ours === undefined) return [];
    const { nodes } = this.#charter();
    return nodes.flatMap(({ id }) => (this.#statements.get(id)!.others(size, ours).length > 0 ? [id] : []));
  }

  /** Whether a quorum signed one and the same other root than ours for this size. */
  isOutvoted(size: number, ours: string | undefined = this.#own.get(size)?.text): boolean {
    if (ours === undefined) return false;
    const { nodes, quorum } = this.#charter();
    const votes = new Map<string, number>();
    for (const { id, votes: counts } of nodes) {
      if (!counts) continue;
      for (const { text } of this.#statements.get(id)!.others(size, ours)) votes.set(text, (votes.get(text) ?? 0) + 1);
    }
    return [...votes.values()].some((count) => count >= quorum);
  }

  /** The charter in force; what was signed with keys that are no longer in it is dropped. */
  #charter(): BookCharter {
    const { charter, crypto } = this.#options;
    const { nodes, quorum } = charter();
    if (quorum < 1) throw new RangeError(`a quorum of ${quorum}`);
    this.#statements = new Map(
      nodes.map((node) => {
        const known = this.#statements.get(node.id);
        return [node.id, known?.isBy(node) ? known : new NodeStatements(node, crypto)];
      }),
    );
    return { nodes, quorum };
  }

  #read(note: string): { readonly size: number; readonly parsed: Note } | undefined {
    const parsed = parseNote(note);
    const checkpoint = parsed === undefined ? undefined : parseCheckpoint(parsed.text);
    if (parsed === undefined || checkpoint?.origin !== this.#options.origin) return undefined;
    // This ledger writes no extension lines, and one spelling only.
    return formatCheckpoint(checkpoint) === parsed.text ? { size: checkpoint.size, parsed } : undefined;
  }

  /** Whatever follows from what is known now. It is told at the end: whoever listens may tell this book more. */
  #settle(): void {
    const charter = this.#charter();
    for (const statements of this.#statements.values()) statements.trim(this.#own, this.#newest);
    const told = [...this.#newEvidence(), ...this.#newlyOutvoted(), ...this.#newlyAgreed(charter)];
    for (const tell of told) tell();
  }

  #newEvidence(): readonly (() => void)[] {
    const told: (() => void)[] = [];
    for (const [id, statements] of this.#statements) {
      for (const evidence of findEvidence(id, statements, this.#own))
        if (this.#keep(evidence)) told.push(() => this.#options.onEvidence(evidence));
    }
    return told;
  }

  /** False where it is known, or there are enough of this node. */
  #keep(evidence: Evidence): boolean {
    const key = evidenceKey(evidence);
    if (this.#evidence.has(key) || this.evidence.filter(({ node }) => node === evidence.node).length >= EVIDENCE_MAX) return false;
    this.#evidence.set(key, evidence);
    return true;
  }

  #newlyOutvoted(): readonly (() => void)[] {
    const sizes = [...this.#own.keys()].filter((size) => size > this.#outvoted && this.isOutvoted(size));
    this.#outvoted = sizes.at(-1) ?? this.#outvoted;
    return sizes.map((size) => () => this.#options.onOutvoted(size));
  }

  #newlyAgreed({ nodes, quorum }: BookCharter): readonly (() => void)[] {
    const size = [...this.#own.keys()].findLast((one) => this.#cosigners(one, nodes).length >= quorum);
    if (size === undefined || size < (this.#agreed?.size ?? 0)) return [];
    const note = this.#noteOf(size, nodes);
    if (note === this.#agreed?.note) return [];
    this.#agreed = { note, size };
    return [() => this.#options.onAgreed(note, size)];
  }

  /** Voting nodes that cosigned our checkpoint of this size. */
  #cosigners(size: number, nodes: readonly BookNode[]): readonly BookNode[] {
    const { text } = this.#own.get(size)!;
    return nodes.filter(({ id, votes }) => votes && this.#statements.get(id)!.of(size, text)?.cosignature !== undefined);
  }

  /** Our note with the cosignatures of all nodes in place of those it came with; lines of others, such as witnesses, stay at its end. */
  #noteOf(size: number, nodes: readonly BookNode[]): string {
    const { text, signatures } = this.#own.get(size)!;
    const asLine = (one: NoteSignature): string => signatureLine(one, one.signature);
    const logs = signatures.filter((line) => nodes.some(({ log }) => isBy(line, log)));
    const others = signatures.filter((line) => !nodes.some(({ log, cosigner }) => isBy(line, log) || isBy(line, cosigner)));
    const cosignatures = nodes.flatMap(({ id }) => this.#statements.get(id)!.of(size, text)?.cosignature?.line ?? []);
    return formatNote(text, [...logs.map(asLine), ...cosignatures, ...others.map(asLine)].slice(0, MAX_NOTE_SIGNATURES));
  }
}
