/**
 * A node that was away for so long that nobody keeps the blocks any more that it would follow by: CometBFT would wait for them without a word.
 * It is said, and what helps (`network rejoin`).
 */
import { NodeFault } from '../node-fault.ts';
import { keptBlocks } from './comet-question.ts';
import { OtherNodes, type OtherNodesOptions } from './other-nodes.ts';

export interface LeftBehindOptions {
  /** CometBFT's height of the newest block here. */
  readonly height: () => number;
  /** Whether another node signed more than is here. */
  readonly isBehind: () => boolean;
  readonly others: () => OtherNodesOptions;
  /** Told once, with `NodeFault` `left-behind`. */
  readonly onLeftBehind: (fault: NodeFault) => void;
}

const LOOK_MS = 10_000;

export class LeftBehind {
  readonly #options: LeftBehindOptions;
  readonly #looking: NodeJS.Timeout;
  #height: number;

  constructor(options: LeftBehindOptions) {
    this.#options = options;
    this.#height = options.height();
    this.#looking = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.#looking);
  }

  /** Only one that stands still asks. */
  async #look(): Promise<void> {
    const { height, isBehind, onLeftBehind } = this.#options;
    const before = this.#height;
    this.#height = height();
    if (this.#height !== before || !isBehind()) return;
    const oldest = await this.#oldestKept().catch(() => undefined);
    if (oldest === undefined || oldest <= before + 1 || height() !== before) return;
    this.close();
    const message = `this node has come to block ${before} of CometBFT, and the other nodes keep none before ${oldest}: it was away for too long`;
    onLeftBehind(new NodeFault('left-behind', message, { next: 'network rejoin' }));
  }

  /** The oldest block that any of the others has; undefined where fewer than a quorum say. */
  async #oldestKept(): Promise<number | undefined> {
    // Asked every some seconds, and who cannot be reached is told of where checkpoints go.
    const others = new OtherNodes({ ...this.#options.others(), report: () => undefined });
    try {
      const kept = await others.ask(keptBlocks);
      return kept.length < others.quorum ? undefined : Math.min(...kept.map(({ answer: { earliest } }) => earliest));
    } finally {
      others.close();
    }
  }
}
