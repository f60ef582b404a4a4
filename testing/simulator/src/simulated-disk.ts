/**
 * A disk that may fail (issue 3 §10): what is written lies in a cache until `sync` returns; a power loss keeps what was
 * synced, loses or tears any part of what was not, and says nothing about which. It can also be full. Every write and every
 * sync is one numbered operation, so that power can fail in the midst of any of them, and the same seed fails at the same one.
 */
import type { SeededRandom } from '@tabularium/scenarios';

/** The machine is off: thrown by the operation during which power failed and by every later one until `restart`. */
export class PowerLoss extends Error {
  override readonly name = 'PowerLoss';
}

/** The disk has no room; the record that did not fit is not there. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
}

interface Written<R> {
  readonly record: R;
  readonly torn: boolean;
}

export class SimulatedDisk<R> {
  readonly #random: SeededRandom;
  #durable: Written<R>[] = [];
  #unsynced: Written<R>[] = [];
  #operations = 0;
  #failAt: number | undefined;
  #off = false;
  /** Records the disk can hold; undefined = no limit. */
  capacity: number | undefined;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Power will fail during the n-th operation from now (1 = the next). */
  armPowerLoss(n: number): void {
    this.#failAt = this.#operations + n;
  }

  get isOff(): boolean {
    return this.#off;
  }

  /** Records on the disk, in the cache or synced. */
  get used(): number {
    return this.#durable.length + this.#unsynced.length;
  }

  /** Records that a power loss now might lose. */
  get atRisk(): number {
    return this.#unsynced.length;
  }

  write(record: R): void {
    this.#operate(() => {
      // A record that was on its way when power failed may have arrived whole, in part, or not at all.
      if (this.#random.chance(2, 3)) this.#unsynced.push({ record, torn: this.#random.chance(1, 2) });
    });
    if (this.capacity !== undefined && this.used >= this.capacity) throw new DiskFull(`${this.used} of ${this.capacity} records`);
    this.#unsynced.push({ record, torn: false });
  }

  /** Takes back records written since the last sync, newest first: how a store rolls back a transaction that did not fit. */
  truncate(count: number): void {
    if (this.#off) throw new PowerLoss('the machine is off');
    if (count > this.#unsynced.length) throw new RangeError(`${count} of ${this.#unsynced.length} unsynced records`);
    this.#unsynced.length -= count;
  }

  /** After it returns, everything written so far survives a power loss. */
  sync(): void {
    this.#operate(() => {
      if (this.#random.chance(1, 2)) this.#flush();
    });
    this.#flush();
  }

  /** Pulls the plug at once. */
  cutPower(): void {
    this.#off = true;
  }

  /** Power returns: what was synced is there; of the rest each record is there, torn or gone. Returns what can be read. */
  restart(): readonly Written<R>[] {
    const survivors = this.#unsynced
      .map(({ record, torn }) => ({ record, torn: torn || this.#random.chance(1, 4) }))
      .filter(() => this.#random.chance(1, 2));
    this.#durable.push(...survivors);
    this.#unsynced = [];
    this.#off = false;
    this.#failAt = undefined;
    return this.#durable;
  }

  /** Gives up what recovery could not use: the journal goes on after `count` records. */
  keepFirst(count: number): void {
    this.#durable.length = count;
  }

  #flush(): void {
    this.#durable.push(...this.#unsynced);
    this.#unsynced = [];
  }

  #operate(dying: () => void): void {
    if (this.#off) throw new PowerLoss('the machine is off');
    this.#operations++;
    if (this.#operations !== this.#failAt) return;
    dying();
    this.#off = true;
    throw new PowerLoss(`power failed during operation ${this.#operations}`);
  }
}
