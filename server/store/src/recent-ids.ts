/**
 * Ids accepted lately, in memory: every submission asks whether its id was used before, and nearly every answer is no.
 *
 * ULIDs begin with their time, so a new one is later than all that have left this memory; only one that is not has to be looked for in
 * the table. An id from the future that leaves it makes all others look old until the next opening: dearer, never wrong.
 */

/** Ids of one generation. */
const GENERATION = 20_000;

export class RecentIds {
  /** The latest id in the table that is not in here. */
  #floor: string;
  /** Log index and exp (NumericDate) by id and kid. */
  #young = new Map<string, readonly [index: number, exp: number]>();
  #old = new Map<string, readonly [index: number, exp: number]>();
  #latestYoung = '';
  #latestOld = '';

  /** `floor`: the latest id that the table holds, or an empty text. */
  constructor(floor: string) {
    this.#floor = floor;
  }

  add(kid: string, id: string, exp: number, index: number): void {
    this.#young.set(`${id}${kid}`, [index, exp]);
    if (id > this.#latestYoung) this.#latestYoung = id;
    if (this.#young.size < GENERATION) return;
    if (this.#latestOld > this.#floor) this.#floor = this.#latestOld;
    [this.#old, this.#latestOld] = [this.#young, this.#latestYoung];
    [this.#young, this.#latestYoung] = [new Map(), ''];
  }

  /** Log index of an id whose exp is after `now`, `none` if it certainly was not accepted, undefined if only the table knows. */
  find(kid: string, id: string, now: number): number | 'none' | undefined {
    const key = `${id}${kid}`;
    const found = this.#young.get(key) ?? this.#old.get(key);
    if (found !== undefined) return found[1] > now ? found[0] : 'none';
    return id > this.#floor ? 'none' : undefined;
  }
}
