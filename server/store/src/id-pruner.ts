/**
 * Forgets accepted ids whose `exp` has passed. They lie in the order of their ULIDs, which anyone may invent, so a cursor walks the
 * whole table slowly, twice as fast as it grows, and begins again at its end.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Ids accepted before the cursor moves once. */
const STEP = 256;
/** After every key: longer than all of them. */
const LAST = new Uint8Array(33).fill(0xff);

export class IdPruner {
  readonly #end: StatementSync;
  readonly #delete: StatementSync;
  #accepted = 0;
  #id: Uint8Array = new Uint8Array(0);
  #kid: Uint8Array = new Uint8Array(0);

  constructor(db: DatabaseSync) {
    this.#end = db.prepare(`SELECT id, kid FROM id WHERE (id, kid) > (?, ?) ORDER BY id, kid LIMIT 1 OFFSET ${2 * STEP - 1}`);
    this.#end.setReturnArrays(true);
    this.#delete = db.prepare('DELETE FROM id WHERE (id, kid) > (?, ?) AND (id, kid) <= (?, ?) AND exp <= ?');
  }

  /** Within a block's transaction that adds `accepted` ids; `now` is NumericDate seconds of block time. A step that is rolled back is taken in a later round. */
  prune(accepted: number, now: number): void {
    this.#accepted += accepted;
    if (this.#accepted < STEP) return;
    this.#accepted = 0;
    const end = this.#end.get(this.#id, this.#kid) as unknown as [Uint8Array, Uint8Array] | undefined;
    const [id, kid] = end ?? [LAST, LAST];
    this.#delete.run(this.#id, this.#kid, id, kid, now);
    [this.#id, this.#kid] = end ?? [new Uint8Array(0), new Uint8Array(0)];
  }
}
