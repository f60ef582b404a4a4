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
import type { PortalFiles } from './portal-files.ts';
import { predecessorBody } from './predecessor-page.ts';
import { recordBody } from './record-page.ts';
import type { Saying } from './saying.ts';
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

  constructor({ source, office, zone, words, stories, seen }: Telling, portal?: PortalFiles) {
    this.#source = source;
    this.#words = words;
    this.#stories = stories;
    this.#seen = seen;
    this.#frame = { office, origin: source.ledger.origin, zone: zone.name, portal, saying: words.saying };
  }

  overview(): Promise<PageAnswer> {
    return this.#answer('/', this.#say('Overview'), overviewBody(this.#source, this.#words, this.#seen(), this.#frame.office));
  }

  accounts(query: Readonly<Record<string, string>>): Promise<PageAnswer> {
    return this.#answer('/accounts', this.#say('Accounts'), accountsBody(this.#source, this.#words, query));
  }

  async entries(query: Readonly<Record<string, string>>): Promise<PageAnswer> {
    const target = query.q === undefined ? undefined : findTarget(this.#source, query.q);
    if (target !== undefined) return { status: 303, location: target };
    return await this.#answer('/entries', this.#say('Records'), entriesBody(this.#source, this.#words, query));
  }

  /** `ref` is a log index or a transaction's name. */
  async entry(ref: string): Promise<PageAnswer> {
    const story = this.#stories.one(ref);
    const body = story === undefined ? undefined : entryBody(this.#words, this.#seen(), story);
    return await this.#answer('/entries', this.#say('Line {index}', { index: story?.index }), body);
  }

  async record(key: string): Promise<PageAnswer> {
    return await this.#answer('/record', this.#words.key(key), recordBody(this.#stories, this.#words, key));
  }

  /** `sent`: what became of a message. */
  accessibility(sent: string | undefined, contact: string | undefined): Promise<PageAnswer> {
    return this.#answer('/accessibility', this.#say('Accessibility'), accessibilityBody(this.#frame, sent, contact));
  }

  /** A page that the portal alone has. */
  portalOnly(path: string): Promise<PageAnswer> {
    const records = html`<a href="/entries">${this.#say('All records')}</a>`;
    const instead = this.#say('Your browser runs none. {records}, each with its proof, can be read without.', { records });
    const body = html`<h1>${this.#say('This page needs scripts')}</h1><p class="lead">${instead}</p>`;
    return this.#answer(path, this.#frame.office, this.#frame.portal === undefined ? undefined : body, false);
  }

  /** What stands here is for those whose keys this ledger knows. */
  membersOnly(path: string): Promise<PageAnswer> {
    const stamps = html`<a href="/log/checkpoint">${this.#say('Its newest stamp')}</a>`;
    const instead = this.#say(
      'It holds what concerns people. {stamps} is everybody’s: that nothing in it was changed can be checked by anyone.',
      {
        stamps,
      },
    );
    const body = html`<h1>${this.#say('This record is open to its members')}</h1><p class="lead">${instead}</p>`;
    return this.#answer(path, this.#frame.office, body, false);
  }

  predecessor(): Promise<PageAnswer> {
    return this.#answer('/predecessor', this.#say('The earlier record'), predecessorBody(this.#source, this.#words));
  }

  get #say(): Saying['say'] {
    return this.#words.saying.say;
  }

  async #answer(
    path: string,
    title: string | Html,
    body: Promise<Html | undefined> | Html | undefined,
    isWhole = true,
  ): Promise<PageAnswer> {
    const made = await body;
    if (made === undefined) return { status: 404, html: emptyPage(this.#frame, path).text };
    return { status: 200, html: page(this.#frame, { title, path, body: made, isWhole }).text };
  }
}
