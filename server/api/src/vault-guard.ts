/**
 * The guard of the vault's routes: nobody reads without a look, and no read and no attempt goes without its row, durable before the answer
 * (docs/spec/access-log.md). No refusal says whether a case exists.
 */
import { type AccessLog, LOOK_CODES, type LookCode, type Looker, verifyLook } from '@tabularium/vault';
import type { FastifyRequest } from 'fastify';
import { type LookRightsParts, lookRightsOf } from './look-rights.ts';
import { fail, ProblemError } from './problem.ts';

export interface VaultGuardParts extends LookRightsParts {
  readonly log: Pick<AccessLog, 'append'>;
  /** Whose vault it is. */
  readonly agency: string;
  /** Whether this officer may see this case now, by what the ledger says of it: its holder, grants, restriction. */
  readonly isGranted: (looker: Looker, handle: string) => boolean;
}

export interface VaultAct {
  readonly action: string;
  /** Handle. */
  readonly case: string;
}

const SCHEME = 'Tabularium-Look ';
/** A stranger's attempts in one minute that are written down one by one: the log is not theirs to fill. */
const STRANGERS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
/** From here on it is sure who signed. */
const FORBIDDEN: ReadonlySet<LookCode> = new Set(['look-role', 'look-purpose', 'look-purpose-role']);
const NOBODY = { officer: '', role: '', office: '', purpose: '', file: '' };

export class VaultGuard {
  readonly #parts: VaultGuardParts;
  #minute = 0;
  #strangers = 0;

  constructor(parts: VaultGuardParts) {
    this.#parts = parts;
  }

  /** Who looks. Throws the problem to answer with, after the row that says so. */
  async lookerOf({ headers }: Pick<FastifyRequest, 'headers'>, action = 'look', cases: readonly string[] = []): Promise<Looker> {
    const { authorization = '' } = headers;
    const text = authorization.startsWith(SCHEME) ? authorization.slice(SCHEME.length) : '';
    const checked = verifyLook(text, lookRightsOf(this.#parts));
    if (checked.ok) return checked.looker;
    const { code, looker } = checked;
    if (looker !== undefined || this.#isWritten()) await this.#row(looker, action, looker === undefined ? [] : cases, code);
    const status = FORBIDDEN.has(code) ? 403 : 401;
    const answer = { type: `urn:tabularium:problem:${code}`, title: LOOK_CODES[code], status, code };
    throw new ProblemError(answer, status === 401 ? { 'www-authenticate': SCHEME.trim() } : {});
  }

  /** Resolves once the row of what is to be shown is durable. Throws the problem to answer with where the ledger does not allow it. */
  async allow(looker: Looker, { action, case: handle }: VaultAct): Promise<void> {
    if (!this.#parts.isGranted(looker, handle)) {
      await this.#row(looker, action, [handle], 'not-granted');
      fail('not-granted');
    }
    await this.wrote(looker, action, [handle]);
  }

  /** Whether the officer may know of this case. */
  mayKnow(looker: Looker, handle: string): boolean {
    return this.#parts.isGranted(looker, handle);
  }

  /** Resolves once the row is durable. */
  async wrote(looker: Looker | undefined, action: string, cases: readonly string[], refused?: string): Promise<void> {
    await this.#row(looker, action, cases, refused);
  }

  /** Somebody reads what is their own. */
  async wroteOwn(action: string, cases: readonly string[]): Promise<void> {
    await this.#parts.log.append({ ...NOBODY, agency: this.#parts.agency, role: 'person', purpose: 'own-data', action, cases });
  }

  async #row(looker: Looker | undefined, action: string, cases: readonly string[], refused?: string): Promise<void> {
    const { officer, role, office, purpose, file } = looker ?? NOBODY;
    const who = { agency: this.#parts.agency, officer, role, office, purpose, file };
    await this.#parts.log.append({ ...who, action, cases, ...(refused === undefined ? {} : { refused }) });
  }

  #isWritten(): boolean {
    const minute = Math.floor(this.#parts.clock() / MINUTE_MS);
    if (minute !== this.#minute) this.#strangers = 0;
    this.#minute = minute;
    this.#strangers++;
    return this.#strangers <= STRANGERS_PER_MINUTE;
  }
}
