/**
 * Sends this node's newest checkpoint to every other node as soon as there is one (ADR 0011 "Agreed"): somebody may be waiting for the
 * quorum. A slow peer delays nobody, and nothing queues up: for each peer one request is under way at most, and the next takes the newest
 * there is by then.
 */
import type { Received } from './cosignature-book.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { ExchangeError } from './exchange-error.ts';

export interface PushCheckpointsOptions {
  /** All other nodes. They stay open: whoever made them closes them. */
  readonly peers: readonly Pick<ExchangeClient, 'peer' | 'sendCheckpoint'>[];
  /** This node's newest signed checkpoint, if there is one. */
  readonly newest: () => string | undefined;
  /** Told of what a peer made of a note. */
  readonly onReceived?: (node: string, received: Received) => void;
  /** Told when a peer can not be told, once for each reason in a row. */
  readonly onTrouble?: (node: string, error: unknown) => void;
  /** First wait after a failure, default 200 ms; it doubles up to `backoffMaxMs`, default 5,000. */
  readonly backoffMs?: number;
  readonly backoffMaxMs?: number;
}

export interface CheckpointPusher {
  /** A newer checkpoint is there, or a fresher cosignature. Cheap. */
  notify(): void;
  /** Sends no more, and waits for the requests under way. */
  close(): Promise<void>;
}

export function pushCheckpoints(options: PushCheckpointsOptions): CheckpointPusher {
  const lines = options.peers.map((peer) => new PeerLine(peer, options));
  for (const line of lines) line.notify();
  return {
    notify() {
      for (const line of lines) line.notify();
    },
    async close() {
      await Promise.all(lines.map((line) => line.close()));
    },
  };
}

const BACKOFF_MS = 200;
const BACKOFF_MAX_MS = 5_000;

class PeerLine {
  readonly #peer: PushCheckpointsOptions['peers'][number];
  readonly #options: PushCheckpointsOptions;
  #delivered: string | undefined;
  #underWay: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #trouble = '';
  #closed = false;

  constructor(peer: PushCheckpointsOptions['peers'][number], options: PushCheckpointsOptions) {
    this.#peer = peer;
    this.#options = options;
  }

  notify(): void {
    if (this.#closed || this.#underWay !== undefined || this.#retry !== undefined) return;
    const note = this.#options.newest();
    if (note === undefined || note === this.#delivered) return;
    this.#underWay = this.#send(note).then(() => {
      this.#underWay = undefined;
      this.notify();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#underWay;
  }

  async #send(note: string): Promise<void> {
    const { onReceived, onTrouble } = this.#options;
    const { id } = this.#peer.peer;
    let received: Received;
    try {
      received = await this.#peer.sendCheckpoint(note);
    } catch (error) {
      this.#later();
      const trouble = error instanceof ExchangeError ? `${error.code} ${error.problem}` : String(error);
      if (trouble !== this.#trouble && !this.#closed) onTrouble?.(id, error);
      this.#trouble = trouble;
      return;
    }
    this.#delivered = note;
    this.#failures = 0;
    this.#trouble = '';
    onReceived?.(id, received);
  }

  #later(): void {
    const { backoffMs = BACKOFF_MS, backoffMaxMs = BACKOFF_MAX_MS } = this.#options;
    if (this.#closed) return;
    const wait = Math.min(backoffMs * 2 ** this.#failures++, backoffMaxMs);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.notify();
    }, wait).unref();
  }
}
