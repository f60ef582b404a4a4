/**
 * Forgets accepted ids whose `exp` has passed. They lie in the order of their ULIDs, which anyone may invent, so a cursor walks the
 * whole table slowly, twice as fast as it grows, and begins again at its end.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Ids accepted before the cursor moves once. */
const STEP = 256;

export class IdPruner {
  readonly #next: StatementSync;
  readonly #delete: StatementSync;
  #accepted = 0;
  #id: Uint8Array = new Uint8Array(0);
  #kid: Uint8Array = new Uint8Array(0);

  constructor(db: DatabaseSync) {
    this.#next = db.prepare(`SELECT id, kid, exp FROM id WHERE (id, kid) > (?, ?) ORDER BY id, kid LIMIT ${2 * STEP}`);
    this.#next.setReturnArrays(true);
    this.#delete = db.prepare('DELETE FROM id WHERE id = ? AND kid = ?');
  }

  /** Within a block's transaction that adds `accepted` ids; `now` is NumericDate seconds of block time. A rolled back step is taken again later. */
  prune(accepted: number, now: number): void {
    this.#accepted += accepted;
    if (this.#accepted < STEP) return;
    this.#accepted = 0;
    const rows = this.#next.all(this.#id, this.#kid) as unknown as [Uint8Array, Uint8Array, number][];
    for (const [id, kid, exp] of rows) if (exp <= now) this.#delete.run(id, kid);
    const last = rows.length === 2 * STEP ? rows.at(-1) : undefined;
    this.#id = last?.[0] ?? new Uint8Array(0);
    this.#kid = last?.[1] ?? new Uint8Array(0);
  }
}
