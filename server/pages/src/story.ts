/**
 * An entry's story as data: what was done, by whom, under which right, what it changed. The server-rendered page and the portal tell it in
 * their own way; neither adds a meaning that the modules do not declare.
 */
import type { Signer, StoredEvent } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { digestsIn, type LedgerWords, type Told } from './ledger-words.ts';
import type { PageSource } from './page-source.ts';

const EVENTS_MAX = 100;
const KEYS_MAX = 200;
const LATEST_MAX = 100;
const SYSTEM_LEAF = 0x7b;
const HIDDEN: ReadonlySet<string> = new Set(['transfers', 'by', 'texts', '_sd', 'signers', 'records', 'rows']);

/** One line of a list of entries. */
export interface StoryLine {
  readonly index: number;
  readonly name: string;
  readonly height: number;
  /** ms UTC. */
  readonly time: number;
  readonly action: string;
  /** What was done, in words. */
  readonly title: string;
  readonly role: string;
  readonly office: string;
}

export interface StoryEvent {
  readonly type: string;
  readonly title: string;
  readonly told: readonly Told[];
}

export interface Story {
  readonly index: number;
  /** Of the transaction; empty where the entry is the charter or a stamp. */
  readonly name: string;
  readonly height: number;
  readonly time: number;
  readonly kind: 'act' | 'charter' | 'stamp';
  readonly action: string;
  readonly title: string;
  /** What came of it, in one sentence; empty where the entry is no act. */
  readonly headline: string;
  /** The action whose right was used, in words. */
  readonly right: string;
  readonly signers: readonly Pick<Signer, 'role' | 'office' | 'agency'>[];
  readonly events: readonly StoryEvent[];
  /** State keys that it wrote. */
  readonly keys: readonly string[];
}

export class Stories {
  readonly #source: PageSource;
  readonly #words: LedgerWords;

  constructor(source: PageSource, words: LedgerWords) {
    this.#source = source;
    this.#words = words;
  }

  /** Newest first; undefined while the lists are being rebuilt. */
  async latest(before: number | undefined, limit: number): Promise<readonly StoryLine[] | undefined> {
    const answer = await this.#source.projections.entries({
      limit: Math.min(limit, LATEST_MAX),
      ...(before === undefined ? {} : { before }),
    });
    if (!answer.ok) return undefined;
    return answer.value.map(({ index, name, height, time, action, about, role, office }) => ({
      ...{ index, name, height, time, action, role, office },
      title: this.#words.deed(action, about),
    }));
  }

  /** `ref`: log index or name. Undefined where there is no such entry. */
  one(ref: string): Story | undefined {
    const { ledger } = this.#source;
    const index = /^[0-9]{1,15}$/.test(ref) ? Number(ref) : ledger.placed(ref)?.index;
    const block = index === undefined ? undefined : ledger.blockOf(index);
    if (index === undefined || block === undefined) return undefined;
    const [leaf] = ledger.leaves(index, index + 1);
    if (leaf === undefined) return undefined;
    const { height, time } = block;
    if (leaf[0] === SYSTEM_LEAF) {
      const kind = (JSON.parse(Buffer.from(leaf).toString('utf8')) as JsonObject).type === 'seal' ? 'stamp' : 'charter';
      return { index, name: '', height, time, kind, action: '', title: '', headline: '', right: '', signers: [], events: [], keys: [] };
    }
    const events = ledger.events(height).filter(({ entry }) => entry >= 0 && block.first + entry === index);
    return { index, height, time, kind: 'act', ...this.#act(events) };
  }

  #act(events: readonly StoredEvent[]): Omit<Story, 'index' | 'height' | 'time' | 'kind'> {
    const words = this.#words;
    const [first] = events;
    const action = first?.action ?? '';
    const about =
      first?.type === 'kernel.proposal.made' ? String(first.data.action) : (events.find((event) => event.action !== action)?.action ?? '');
    const told = events.slice(0, EVENTS_MAX).map((event) => ({
      type: event.type,
      title: words.event(event.type),
      told: [...words.toldTexts(digestsIn(event.data)), ...words.toldMembers(event.type, event.data, HIDDEN)],
    }));
    // Of an approval, what it carried out says more than that it was given.
    const headline = events.find(({ type }) => !type.startsWith('kernel.proposal.')) ?? first;
    return {
      name: first?.tx ?? '',
      action,
      title: words.deed(action, about),
      headline: headline === undefined ? '' : words.event(headline.type),
      right: words.action(about === '' ? action : about),
      signers: signersOf(events).map(({ role, office, agency }) => ({ role, office, agency })),
      events: told,
      keys: [...new Set(events.flatMap(({ keys }) => keys))].slice(0, KEYS_MAX),
    };
  }
}

/** Everyone whose signature carried the act: an approval's events name its proposer too. */
function signersOf(events: readonly StoredEvent[]): readonly Signer[] {
  let most: readonly Signer[] = [];
  for (const { signers } of events) if (signers.length > most.length) most = signers;
  return most;
}
