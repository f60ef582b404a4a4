/**
 * What the nodes of a ledger agree on, and what becomes of a node that they do not (ADR 0011 "Agreed"): checkpoints go to and fro over the
 * exchange, those that as many nodes cosigned as count are shown to everybody, and whoever signed what contradicts them is published.
 */
import { nodeCrypto } from '@tabularium/crypto';
import type { CometEngine } from '@tabularium/engine-cometbft';
import { type BookCharter, CosignatureBook, type Evidence, type Received } from '@tabularium/exchange';
import { type CharterRecord, cosignerName, countsInQuorum } from '@tabularium/kernel';
import { isBy, parseCheckpoint, parseNote, verifierKey } from '@tabularium/log';
import { decodeBase64 } from '@tabularium/protocol';
import type { DataDirectory } from '../data-directory.ts';
import { EvidenceFile } from './evidence-file.ts';
import { HeardNotes } from './heard-notes.ts';

export interface AgreementOptions {
  readonly origin: string;
  readonly place: DataDirectory;
  readonly charterNow: () => CharterRecord;
  readonly engine: () => CometEngine;
  readonly report: (error: unknown) => void;
  /** As many nodes as count signed another root than ours. */
  readonly onOutvoted: (size: number) => void;
}

/** What is said of a note that its sender did sign, and that may be of this ledger. */
const SIGNED: ReadonlySet<Received> = new Set(['accepted', 'ahead', 'old']);
/** How long somebody waits for a quorum at most. */
const PATIENCE_MS = 5_000;

interface Waiter {
  readonly size: number;
  readonly exactly: boolean;
  readonly done: (note: string | undefined) => void;
}

export class Agreement {
  readonly #options: AgreementOptions;
  readonly #book: CosignatureBook;
  readonly #heard: HeardNotes;
  readonly #evidence: EvidenceFile;
  readonly #waiters = new Set<Waiter>();

  constructor(options: AgreementOptions) {
    this.#options = options;
    this.#heard = new HeardNotes(options.place.heard, options.report);
    this.#evidence = new EvidenceFile(options.place.evidence, options.report);
    const { origin, charterNow, engine, onOutvoted } = options;
    this.#book = new CosignatureBook({
      origin,
      crypto: nodeCrypto,
      charter: () => bookCharter(charterNow()),
      onAgreed: (note) => {
        engine().agreed(note);
        this.#tellWaiters();
      },
      known: this.#evidence.read(),
      onEvidence: (evidence) => this.#publish(evidence),
      onOutvoted,
    });
    this.#forgetOldKeys();
  }

  /** Of the newest agreed checkpoint; 0 before there is one. */
  get size(): number {
    return this.#book.agreed?.size ?? 0;
  }

  /** Nodes that contradicted this ledger or themselves, with both notes. */
  get evidence(): readonly Evidence[] {
    return this.#book.evidence;
  }

  /** This node signed a checkpoint. */
  signed(note: string): void {
    this.#book.own(note);
    this.#tellWaiters();
  }

  /** A node of the charter sent one. */
  received(node: string, note: string): Received {
    const received = this.#book.received(node, note);
    if (SIGNED.has(received)) this.#heard.add(node, note);
    return received;
  }

  /** Size of a checkpoint that bears this node's own log signature; 0 where it does not. */
  signedSizeIn(note: string): number {
    const { origin, engine } = this.#options;
    const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '');
    return checkpoint?.origin === origin && engine().signed(note) ? checkpoint.size : 0;
  }

  /** The largest checkpoint that another node ever signed, as far as it is known here. */
  heardOf(node: string): string | undefined {
    return this.#heard.of(node);
  }

  /** Leaves of the largest checkpoint that any other node signed, as far as it is known here. */
  get largestHeard(): number {
    return this.#heard.largest;
  }

  charterChanged(): void {
    this.#book.charterChanged();
    this.#forgetOldKeys();
    this.#tellWaiters();
  }

  /** Whether as many nodes as count signed another root than this text's, which is not signed here. */
  isOutvoted(size: number, text: string): boolean {
    return this.#book.isOutvoted(size, text);
  }

  /** The agreed checkpoint of exactly this size, once there is one; undefined where that takes too long. */
  at(size: number): Promise<string | undefined> {
    return this.#wait(size, true);
  }

  /** Resolves with true once an agreed checkpoint covers so many leaves. */
  async covers(size: number): Promise<boolean> {
    return (await this.#wait(size, false)) !== undefined;
  }

  /** Nobody waits any more. */
  close(): void {
    this.#heard.close();
    for (const { done } of this.#waiters) done(undefined);
  }

  /** What keys signed that are no longer a node's would outlast whatever its new ones sign. */
  #forgetOldKeys(): void {
    const { nodes } = bookCharter(this.#options.charterNow());
    this.#heard.keep((id, note) => {
      const node = nodes.find((one) => one.id === id);
      return node !== undefined && parseNote(note)?.signatures.some((line) => isBy(line, node.log) || isBy(line, node.cosigner)) === true;
    });
  }

  #wait(size: number, exactly: boolean): Promise<string | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiter.done(undefined), PATIENCE_MS).unref();
      const waiter: Waiter = {
        size,
        exactly,
        done: (note) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(note);
        },
      };
      this.#waiters.add(waiter);
      this.#tellWaiters();
    });
  }

  #tellWaiters(): void {
    const { agreed } = this.#book;
    for (const { size, exactly, done } of this.#waiters) {
      const note = exactly ? this.#book.agreedAt(size) : agreed !== undefined && agreed.size >= size ? agreed.note : undefined;
      if (note !== undefined) done(note);
    }
  }

  #publish(evidence: Evidence): void {
    const { node, size, kind } = evidence;
    this.#options.report(new Error(`node ${node} signed what contradicts this ledger at size ${size} (${kind})`));
    this.#evidence.add(evidence);
  }
}

const known = new WeakMap<CharterRecord, BookCharter>();

/** The nodes of a charter as the book of cosignatures knows them. */
function bookCharter(charter: CharterRecord): BookCharter {
  const made = known.get(charter);
  if (made !== undefined) return made;
  const key = (text: string): Uint8Array => decodeBase64(text)!;
  const nodes = Object.entries(charter.nodes).map(([id, node]) => ({
    id,
    log: verifierKey(charter.origin, 0x01, key(node.log), nodeCrypto),
    cosigner: verifierKey(cosignerName(charter, id), 0x04, key(node.cosigner), nodeCrypto),
    votes: countsInQuorum(node),
  }));
  const read = { nodes, quorum: charter.nodeQuorum };
  known.set(charter, read);
  return read;
}
