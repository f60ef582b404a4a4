/** What is said of another node that cannot be told of checkpoints: once, in words, where it lasts; and when it answers again. */
import { ExchangeError } from '@tabularium/exchange';

export interface PeerWordsOptions {
  readonly report: (error: unknown) => void;
  /** Trouble that is told; nodes that start together find one another within moments. Default 10,000. */
  readonly lastingMs?: number;
}

interface Trouble {
  words: string;
  /** What was told of it last. */
  told: string;
  readonly timer: NodeJS.Timeout;
}

const LASTING_MS = 10_000;

export class PeerWords {
  readonly #options: PeerWordsOptions;
  readonly #troubles = new Map<string, Trouble>();
  readonly #heard = new Set<string>();

  constructor(options: PeerWordsOptions) {
    this.#options = options;
  }

  /** It could not be told, for another reason than before. */
  trouble(id: string, error: unknown): void {
    const words = this.#wordsFor(id, error);
    const known = this.#troubles.get(id);
    if (known !== undefined) {
      known.words = words;
      if (known.told !== '') this.#tell(known);
      return;
    }
    const timer = setTimeout(() => this.#tell(trouble), this.#options.lastingMs ?? LASTING_MS).unref();
    const trouble: Trouble = { words, told: '', timer };
    this.#troubles.set(id, trouble);
  }

  /** It took what it was told. */
  answers(id: string): void {
    const trouble = this.#troubles.get(id);
    this.#heard.add(id);
    if (trouble === undefined) return;
    clearTimeout(trouble.timer);
    this.#troubles.delete(id);
    if (trouble.told !== '') this.#options.report(new Error(`node ${id} answers`));
  }

  /** Nobody is told any more. */
  close(): void {
    for (const { timer } of this.#troubles.values()) clearTimeout(timer);
    this.#troubles.clear();
  }

  #tell(trouble: Trouble): void {
    if (trouble.words === trouble.told) return;
    trouble.told = trouble.words;
    this.#options.report(new Error(trouble.words));
  }

  #wordsFor(id: string, error: unknown): string {
    // It is there, and says or is something else than a node that is to be told.
    const isThere = !(error instanceof ExchangeError) || !['unreachable', 'timeout', 'closed'].includes(error.code);
    if (isThere) return `the exchange with another node: ${error instanceof Error ? error.message : String(error)}`;
    return `node ${id} does not answer ${this.#heard.has(id) ? 'any more' : 'yet'}`;
  }
}
