/**
 * Who is signed in: records on the server, of which a browser holds nothing but an opaque random name (OWASP ASVS 5.0 V7). Kept in memory
 * alone, so that a restart signs everybody out, and under the digest of that name, so that whoever reads the memory's copy has no key to it.
 */
import { createHash, randomBytes } from 'node:crypto';

/** Whom the office's own sign-in has vouched for, as far as this node need know: no name, no address. */
export interface Person {
  /** Code of the officer, where they are one. */
  readonly officer?: string;
  /** May see the node's own workings. */
  readonly isOperator: boolean;
}

export interface Session extends Person {
  /** Must come with whatever a session changes; no other site can read it. */
  readonly csrf: string;
  /** ms UTC. */
  readonly started: number;
}

export interface Timeouts {
  /** After so long without a request, ms. */
  readonly idleMs: number;
  /** However busy, ms. */
  readonly absoluteMs: number;
}

/** NIST SP 800-63B §2.2.3 (AAL2). */
export const TIMEOUTS: Timeouts = { idleMs: 30 * 60_000, absoluteMs: 12 * 3_600_000 };
const SESSIONS_MAX = 10_000;
const NAME_BYTES = 32;

export class SessionBook {
  readonly #sessions = new Map<string, Session & { seen: number }>();
  readonly #clock: () => number;
  readonly #timeouts: Timeouts;

  /** `clock`: ms UTC. */
  constructor(clock: () => number, timeouts: Timeouts = TIMEOUTS) {
    this.#clock = clock;
    this.#timeouts = timeouts;
  }

  /** A new session under a new name: nobody can have known it before. The oldest goes where there are too many. */
  start(person: Person): string {
    const now = this.#clock();
    for (const [digest, session] of this.#sessions) if (this.#isOver(session, now)) this.#sessions.delete(digest);
    if (this.#sessions.size >= SESSIONS_MAX) this.#sessions.delete(this.#sessions.keys().next().value!);
    const name = randomName();
    this.#sessions.set(digestOf(name), { ...person, csrf: randomName(), started: now, seen: now });
    return name;
  }

  /** The session of this name, which is in use by being asked for; undefined where there is none, or none any more. */
  find(name: string): Session | undefined {
    const digest = digestOf(name);
    const session = this.#sessions.get(digest);
    if (session === undefined) return undefined;
    const now = this.#clock();
    if (this.#isOver(session, now)) {
      this.#sessions.delete(digest);
      return undefined;
    }
    session.seen = now;
    return session;
  }

  end(name: string): void {
    this.#sessions.delete(digestOf(name));
  }

  #isOver({ started, seen }: { readonly started: number; readonly seen: number }, now: number): boolean {
    return now - seen >= this.#timeouts.idleMs || now - started >= this.#timeouts.absoluteMs;
  }
}

/** 256 random bits as base64url. */
export function randomName(): string {
  return randomBytes(NAME_BYTES).toString('base64url');
}

function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}
