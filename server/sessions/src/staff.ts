/** Staff of an office as this node sees them: signing in and out, and whose request this is. A session shows; it never acts (ADR 0014). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Cookie, readCookie, sessionCookie, setCookie, signInCookie } from './cookie.ts';
import { type Session, SessionBook, type Timeouts } from './session-book.ts';
import { type SignInFault, SingleSignOn } from './single-sign-on.ts';
import type { StaffSettings } from './staff-settings.ts';

/** Where browsers come back to, under the node's public address. */
export const CALLBACK_PATH = '/auth/callback';

export interface StaffOptions {
  readonly settings: StaffSettings;
  /** Address by which people reach this node. */
  readonly publicUrl: URL;
  /** ms UTC. */
  readonly clock: () => number;
  readonly timeouts?: Timeouts;
}

export interface Answer {
  readonly location: string;
  /** `Set-Cookie` headers. */
  readonly cookies: readonly string[];
  /** Nobody was let in, and why; it names nobody. */
  readonly fault?: SignInFault;
}

export class Staff {
  /** What `Origin` says of a page of ours. */
  readonly origin: string;
  readonly #sessions: SessionBook;
  readonly #signOn: SingleSignOn;
  readonly #cookie: Cookie;
  readonly #signIn: Cookie;
  readonly #watch: Buffer | undefined;

  constructor({ settings, publicUrl, clock, timeouts }: StaffOptions) {
    const isSecure = publicUrl.protocol === 'https:';
    this.origin = publicUrl.origin;
    this.#sessions = new SessionBook(clock, timeouts);
    this.#signOn = new SingleSignOn(settings, new URL(CALLBACK_PATH, publicUrl), clock);
    this.#cookie = sessionCookie(isSecure);
    this.#signIn = signInCookie(isSecure);
    this.#watch = settings.watchSecret === undefined ? undefined : bearer(`Bearer ${settings.watchSecret}`);
  }

  /** Sends a browser to the provider. `to`: where it wants to be afterwards; anywhere but here is home. */
  async begin(to: string | undefined): Promise<Answer> {
    const begun = await this.#signOn.begin(this.#here(to));
    return begun === undefined ? trouble('unreachable') : { location: begun.url, cookies: [setCookie(this.#signIn, begun.name)] };
  }

  /** A browser comes back: `query` with its question mark. Whatever session it had is over. */
  async finish(cookies: string | undefined, query: string): Promise<Answer> {
    const gone = setCookie(this.#signIn);
    const name = readCookie(this.#signIn, cookies);
    const done = name === undefined ? ({ ok: false, fault: 'failed' } as const) : await this.#signOn.finish(name, query);
    if (!done.ok) return trouble(done.fault, [gone]);
    this.#endSession(cookies);
    return { location: done.to, cookies: [gone, setCookie(this.#cookie, this.#sessions.start(done.person))] };
  }

  /** Whose request this is, by its `Cookie` header. */
  sessionOf(cookies: string | undefined): Session | undefined {
    const name = readCookie(this.#cookie, cookies);
    return name === undefined ? undefined : this.#sessions.find(name);
  }

  /** Whether a program may read how the node is, by its `Authorization` header. */
  mayWatch(authorization: string | undefined): boolean {
    return this.#watch !== undefined && authorization !== undefined && timingSafeEqual(this.#watch, bearer(authorization));
  }

  /** The header that takes the session's cookie away. */
  end(cookies: string | undefined): string {
    this.#endSession(cookies);
    return setCookie(this.#cookie);
  }

  #endSession(cookies: string | undefined): void {
    const name = readCookie(this.#cookie, cookies);
    if (name !== undefined) this.#sessions.end(name);
  }

  /** A path on this node: nobody is sent elsewhere by a link that begins here. */
  #here(to: string | undefined): string {
    if (to === undefined || !URL.canParse(to, this.origin)) return '/';
    const url = new URL(to, this.origin);
    // Two slashes at the beginning would name another host.
    return url.origin === this.origin && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/';
  }
}

/** Digests are of one length, so that comparing them tells nothing. */
function bearer(header: string): Buffer {
  return createHash('sha256').update(header).digest();
}

function trouble(fault: SignInFault, cookies: readonly string[] = []): Answer {
  return { location: `/sign-in?trouble=${fault}`, cookies, fault };
}
