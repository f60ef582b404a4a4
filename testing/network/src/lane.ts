/**
 * Bytes on their way through a link in one direction: in order, each piece no sooner than the link's delay after it came, and none while the
 * link is silent. What waits here is bounded; beyond that nothing more is read, as from a full socket.
 */
import type { Socket } from 'node:net';

/** Held in one direction of one connection before reading stops. */
export const LANE_BYTES = 1024 * 1024;

/** How a link is at this moment. */
export interface Conditions {
  readonly silent: boolean;
  readonly delayMs: number;
}

interface Piece {
  /** Undefined: the sender has said all it will. */
  readonly bytes: Buffer | undefined;
  /** `performance.now()` from which it may go on. */
  readonly due: number;
}

export class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #conditions: () => Conditions;
  readonly #pieces: Piece[] = [];
  #held = 0;
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, conditions: () => Conditions) {
    this.#from = from;
    this.#to = to;
    this.#conditions = conditions;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => this.#take(undefined));
    to.on('drain', () => {
      this.#isFull = false;
      this.flow();
    });
  }

  /** Bytes that wait here. */
  get held(): number {
    return this.#held;
  }

  #take(bytes: Buffer | undefined): void {
    this.#pieces.push({ bytes, due: performance.now() + this.#conditions().delayMs });
    this.#held += bytes?.length ?? 0;
    if (this.#held >= LANE_BYTES) this.#from.pause();
    this.flow();
  }

  /** Pass on what may go. To be called when the conditions have changed. */
  flow(): void {
    clearTimeout(this.#timer);
    if (this.#to.destroyed) return;
    while (!this.#isFull && !this.#conditions().silent && this.#pieces.length > 0) {
      const [{ bytes, due }] = this.#pieces as [Piece];
      const wait = due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.flow(), Math.ceil(wait));
        return;
      }
      this.#pieces.shift();
      this.#held -= bytes?.length ?? 0;
      if (bytes === undefined) this.#to.end();
      else this.#isFull = !this.#to.write(bytes);
    }
    if (this.#held < LANE_BYTES) this.#from.resume();
  }

  /** Nothing more goes on. */
  close(): void {
    clearTimeout(this.#timer);
    this.#pieces.length = 0;
    this.#held = 0;
  }
}
