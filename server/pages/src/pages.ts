/** From an address to a page. Pages read; they have no form that changes anything, and no script but the portal's. */
import { accessibilityBody } from './accessibility-page.ts';
import { accountsBody } from './accounts-page.ts';
import { entriesBody, findTarget } from './entries-page.ts';
import { entryBody } from './entry-page.ts';
import { type Html, html } from './html.ts';
import { emptyPage, type Frame, page } from './layout.ts';
import type { LedgerWords } from './ledger-words.ts';
import { overviewBody } from './overview-page.ts';
import type { PageSource } from './page-source.ts';
import { keyWords } from './plain-words.ts';
import type { PortalFiles } from './portal-files.ts';
import { predecessorBody } from './predecessor-page.ts';
import { recordBody } from './record-page.ts';
import type { Stories } from './story.ts';
import type { Telling } from './telling.ts';
import type { Seen } from './witness-status.ts';

/** No script, no frame, no outside source: what a page shows comes from this office's record alone. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** With the portal: its own scripts and fonts, and its own API, besides. */
export const PORTAL_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export type PageAnswer = { readonly status: 200 | 404; readonly html: string } | { readonly status: 303; readonly location: string };

export class Pages {
  readonly #source: PageSource;
  readonly #words: LedgerWords;
  readonly #stories: Stories;
  readonly #seen: () => Seen;
  readonly #frame: Frame;

  /** `isRead`: the reader's language is the one in which pages are written. */
  constructor({ source, office, zone, words, stories, seen }: Telling, portal?: PortalFiles, isRead = true) {
    this.#source = source;
    this.#words = words;
    this.#stories = stories;
    this.#seen = seen;
    this.#frame = { office, origin: source.ledger.origin, zone: zone.name, portal, isRead };
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
    const story = this.#stories.one(ref);
    const body = story === undefined ? undefined : entryBody(this.#words, this.#seen(), story);
    return await this.#answer('/entries', `Line ${story?.index ?? ''}`, body);
  }

  async record(key: string): Promise<PageAnswer> {
    return await this.#answer('/record', keyWords(key), recordBody(this.#stories, this.#words, key));
  }

  /** `sent`: what became of a message. */
  accessibility(sent: string | undefined, contact: string | undefined): Promise<PageAnswer> {
    return this.#answer('/accessibility', 'Accessibility', accessibilityBody(this.#frame.office, sent, contact));
  }

  /** A page that the portal alone has. */
  portalOnly(path: string): Promise<PageAnswer> {
    const body = html`<h1>This page needs scripts</h1><p class="lead">Your browser runs none. <a href="/entries">All records</a>, each with its proof, can be read without.</p>`;
    return this.#answer(path, this.#frame.office, this.#frame.portal === undefined ? undefined : body, false);
  }

  predecessor(): Promise<PageAnswer> {
    return this.#answer('/predecessor', 'The earlier record', predecessorBody(this.#source, this.#words));
  }

  async #answer(path: string, title: string, body: Promise<Html | undefined> | Html | undefined, isWhole = true): Promise<PageAnswer> {
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
    return { status: 200, html: page(this.#frame, { title, path, body: made, isWhole }).text };
  }
}
