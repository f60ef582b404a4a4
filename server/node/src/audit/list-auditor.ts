/**
 * The lists as the log leads to them: what an audit has derived, folded by the same code that a node's lists come from; and each list that a
 * source shows, held against them row by row. A node goes on meanwhile: then the audit goes on too, until both have the same height.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@tabularium/catalogue';
import { type JsonRow, LIMIT_MAX, openProjections, type Projections } from '@tabularium/projections';
import type { AuditSource } from './audit-source.ts';
import { differs } from './difference.ts';
import { EventFile } from './event-feed.ts';
import type { AuditedBlock } from './log-auditor.ts';

const FEED = new URL('./event-feed.ts', import.meta.url).href;
const FOLDED_MS = 600_000;
/** So often a list is read again because the node went on. */
const ROUNDS = 5;
const PAUSE_MS = 500;

interface Found {
  /** Of the list as it was shown. */
  readonly height: number;
  readonly id: string;
  readonly detail: string;
}

export class ListAuditor {
  readonly #dir = mkdtempSync(join(tmpdir(), 'tabularium-audit-'));
  readonly #paths: string[] = [];
  #file: EventFile | undefined;
  #height = 0;
  #lists: Projections | undefined;

  /** The next ledger begins; predecessors come first. */
  begin(): void {
    this.#file?.close();
    const path = join(this.#dir, `events-${this.#paths.length}.db`);
    this.#paths.push(path);
    this.#file = new EventFile(path);
  }

  add({ seal: { height, time, first }, events }: AuditedBlock): void {
    this.#file?.add({ height, time, first, events });
    this.#height = height;
  }

  /**
   * Throws `Differs` at the first row that is not what the log leads to. `goOn` takes what the ledger has more by now. False where a list could
   * not be compared, because the ledger went on faster than it was read.
   */
  async compare(source: AuditSource, goOn: () => Promise<void>, onProgress: (done: number) => void): Promise<boolean> {
    this.#lists = openProjections({ dir: this.#dir, feed: { module: FEED, argument: { paths: this.#paths } } });
    await this.#folded();
    let done = 0;
    for (const { name: module, views } of catalogue) {
      for (const [name, view] of Object.entries(views)) {
        if (view.kind !== 'list') continue;
        const list = { module, name, id: view.id };
        if (!(await this.#compareList(source, list, goOn, (rows) => onProgress(done + rows)))) return false;
        done += LIMIT_MAX;
      }
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#lists?.close();
    this.#file?.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #compareList(source: AuditSource, list: List, goOn: () => Promise<void>, onProgress: (rows: number) => void): Promise<boolean> {
    for (let round = 0; round < ROUNDS; round++) {
      const found = await this.#firstDifference(source, list, onProgress);
      if (found === undefined) return true;
      if (found.height === this.#height)
        differs('list', `list ${list.module}/${list.name}, ${found.id}`, found.detail, { key: `${list.module}/${list.name}/${found.id}` });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      await goOn();
      await this.#folded();
    }
    return false;
  }

  async #firstDifference(source: AuditSource, { module, name, id }: List, onProgress: (rows: number) => void): Promise<Found | undefined> {
    let cursor: string | undefined;
    for (let done = 0; ; done += LIMIT_MAX) {
      const shown = await source.list!(module, name, { cursor, height: this.#height });
      const ours = await this.#lists!.list(`${module}.${name}`, { limit: LIMIT_MAX, ...(cursor === undefined ? {} : { cursor }) });
      if (!ours.ok) throw new Error(`${module}/${name}: ${ours.detail}`);
      const found = differenceOf(ours.value.rows, shown.rows, id);
      if (found !== undefined) return { height: shown.height, ...found };
      cursor = ours.value.next;
      if (cursor === undefined) return undefined;
      onProgress(done);
    }
  }

  async #folded(): Promise<void> {
    this.#lists!.notify(this.#height);
    if (!(await this.#lists!.waitFor(this.#height, FOLDED_MS)))
      throw new Error(`the lists that the log leads to were not made: ${this.#lists!.failed ?? ''}`);
  }
}

interface List {
  readonly module: string;
  readonly name: string;
  /** Column of the id. */
  readonly id: string;
}

function differenceOf(ours: readonly JsonRow[], shown: readonly JsonRow[], id: string): Pick<Found, 'id' | 'detail'> | undefined {
  for (let n = 0; n < Math.max(ours.length, shown.length); n++) {
    const [right, given] = [ours[n], shown[n]];
    if (right === undefined) return { id: String(given?.[id]), detail: 'the log leads to no such row here' };
    if (given === undefined || given[id] !== right[id]) return { id: String(right[id]), detail: 'its row is not where the log leads to' };
    for (const column of new Set([...Object.keys(right), ...Object.keys(given)])) {
      const [expected, said] = [right[column] ?? null, given[column] ?? null];
      if (expected !== said)
        return { id: String(right[id]), detail: `${column} is ${JSON.stringify(said)}, and the log leads to ${JSON.stringify(expected)}` };
    }
  }
  return undefined;
}
