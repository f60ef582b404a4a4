/**
 * The lists of a ledger whose old blocks are still on their way to it (it came by a snapshot): nothing is folded, and whoever asks is told to
 * come again, until all of them are here and the real ones are opened.
 */
import type { Answer, Projections } from '@tabularium/projections';

const NOT_YET = { ok: false, kind: 'unavailable', detail: 'old blocks are still on their way to this node' } as const;

export class LaterProjections implements Projections {
  readonly #open: () => Projections;
  #opened: Projections | undefined;

  constructor(open: () => Projections) {
    this.#open = open;
  }

  /** All blocks are here. */
  open(): void {
    this.#opened ??= this.#open();
  }

  get height(): number {
    return this.#opened?.height ?? 0;
  }

  get failed(): string | undefined {
    return this.#opened === undefined ? NOT_YET.detail : this.#opened.failed;
  }

  notify(height: number): void {
    this.#opened?.notify(height);
  }

  async waitFor(height: number, timeoutMs: number): Promise<boolean> {
    return this.#opened?.waitFor(height, timeoutMs) ?? false;
  }

  list: Projections['list'] = (...of) => this.#ask((opened) => opened.list(...of));
  sums: Projections['sums'] = (...of) => this.#ask((opened) => opened.sums(...of));
  one: Projections['one'] = (...of) => this.#ask((opened) => opened.one(...of));
  entries: Projections['entries'] = (...of) => this.#ask((opened) => opened.entries(...of));
  entry: Projections['entry'] = (...of) => this.#ask((opened) => opened.entry(...of));
  life: Projections['life'] = (...of) => this.#ask((opened) => opened.life(...of));
  blocks: Projections['blocks'] = (...of) => this.#ask((opened) => opened.blocks(...of));
  deedTotals: Projections['deedTotals'] = () => this.#ask((opened) => opened.deedTotals());
  deedCounts: Projections['deedCounts'] = (...of) => this.#ask((opened) => opened.deedCounts(...of));
  deeds: Projections['deeds'] = (...of) => this.#ask((opened) => opened.deeds(...of));
  search: Projections['search'] = (...of) => this.#ask((opened) => opened.search(...of));
  counts: Projections['counts'] = () => this.#ask((opened) => opened.counts());

  /** They are made anew when they are opened. */
  async rebuild(): Promise<void> {
    await this.#opened?.rebuild();
  }

  async close(): Promise<void> {
    await this.#opened?.close();
  }

  async #ask<T>(question: (opened: Projections) => Promise<Answer<T>>): Promise<Answer<T>> {
    return this.#opened === undefined ? NOT_YET : question(this.#opened);
  }
}
