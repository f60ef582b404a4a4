/** From an address to a page. Pages read; they have no form that changes anything, and no script. */
import type { JsonObject } from '@tabularium/protocol';
import { accountsBody } from './accounts-page.ts';
import { entriesBody, findTarget } from './entries-page.ts';
import { entryBody } from './entry-page.ts';
import type { Html } from './html.ts';
import { emptyPage, type Frame, page } from './layout.ts';
import { LedgerWords } from './ledger-words.ts';
import { overviewBody } from './overview-page.ts';
import type { PageSource } from './page-source.ts';
import { codeWords, keyWords, type Zone } from './plain-words.ts';
import { predecessorBody } from './predecessor-page.ts';
import { recordBody } from './record-page.ts';
import { agencyStatus, type Seen, witnessStatus } from './witness-status.ts';

/** No script, no frame, no outside source: what a page shows comes from this office's record alone. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export type PageAnswer = { readonly status: 200 | 404; readonly html: string } | { readonly status: 303; readonly location: string };

export class Pages {
  readonly #source: PageSource;
  readonly #words: LedgerWords;
  readonly #frame: Frame;

  constructor(source: PageSource) {
    this.#source = source;
    const { name, zone } = readCharter(source.ledger);
    this.#words = new LedgerWords(source, zone);
    this.#frame = { office: codeWords(name), origin: source.ledger.origin, zone: zone.name };
  }

  overview(): Promise<PageAnswer> {
    return this.#answer('/', 'Overview', overviewBody(this.#source, this.#words, this.#seen(), this.#frame.office));
  }

  accounts(query: Readonly<Record<string, string>>): Promise<PageAnswer> {
    return this.#answer('/accounts', 'Accounts', accountsBody(this.#source, this.#words, query));
  }

  async entries(query: Readonly<Record<string, string>>): Promise<PageAnswer> {
    const target = query.q === undefined ? undefined : findTarget(this.#source, query.q);
    if (target !== undefined) return { status: 303, location: target };
    return await this.#answer('/entries', 'Records', entriesBody(this.#source, this.#words, query));
  }

  /** `ref` is a log index or a transaction's name. */
  async entry(ref: string): Promise<PageAnswer> {
    const index = /^[0-9]{1,15}$/.test(ref) ? Number(ref) : this.#source.ledger.placed(ref)?.index;
    const body = index === undefined ? undefined : entryBody(this.#source, this.#words, this.#seen(), index);
    return await this.#answer('/entries', `Line ${index ?? ''}`, body);
  }

  async record(key: string): Promise<PageAnswer> {
    return await this.#answer('/record', keyWords(key), recordBody(this.#source, this.#words, key));
  }

  predecessor(): Promise<PageAnswer> {
    return this.#answer('/predecessor', 'The earlier record', predecessorBody(this.#source, this.#words));
  }

  async #answer(path: string, title: string, body: Promise<Html | undefined> | Html | undefined): Promise<PageAnswer> {
    const made = await body;
    if (made === undefined) {
      return {
        status: 404,
        html: emptyPage(
          this.#frame,
          path,
          'Not in the record',
          'Nothing stands here. If you were given this address, check it letter by letter.',
        ).text,
      };
    }
    return { status: 200, html: page(this.#frame, { title, path, body: made }).text };
  }

  #seen(): Seen {
    const { ledger, crypto } = this.#source;
    const [checkpoint, policy] = [ledger.checkpoint(), ledger.policy()];
    return {
      witness: witnessStatus([checkpoint, ledger.head().witnessed], policy, crypto),
      agencies: agencyStatus(checkpoint, policy, crypto),
    };
  }
}

/** The office's name and the zone of its clocks, from the charter. */
function readCharter(ledger: PageSource['ledger']): { readonly name: string; readonly zone: Zone } {
  const charter = JSON.parse(ledger.charter) as { readonly name?: string; readonly calendar?: JsonObject };
  const { zone, offsets } = (charter.calendar ?? {}) as unknown as { readonly zone?: string; readonly offsets?: Zone['offsets'] };
  return { name: charter.name ?? ledger.origin, zone: { name: zone ?? 'UTC', offsets: offsets ?? [] } };
}
