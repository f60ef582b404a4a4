/**
 * A members' ledger (DESIGN §4, "Log"; the charter's `log`): everybody sees that it grows and that it holds together; what stands in its entries is
 * for those whose keys it knows. In a village, one birth entry that day names the child. Whoever reads signs a plain look (docs/spec/look.md).
 */
import type { Crypto, VerificationKey } from '@tabularium/protocol';
import { parseLook } from '@tabularium/protocol';
import { checkPlainLook } from '@tabularium/vault';
import type { FastifyRequest } from 'fastify';
import type { LedgerDoor } from './ledger-door.ts';
import { fail } from './problem.ts';

/** Open to everyone: how the ledger stands, what may be done in it, what is handed in, and what is found by a name that only its bearer knows. */
const OPEN: ReadonlySet<string> = new Set([
  ...['/health', '/metrics', '/assets/*', '/api/openapi.json', '/log/checkpoint', '/log/vkey', '/log/policy'],
  ...['/api/v1/charter', '/api/v1/views', '/api/v1/forms', '/api/v1/forms/:module/:name', '/api/v1/words', '/api/v1/seen'],
  ...[
    '/api/v1/transactions',
    '/api/v1/transactions/batch',
    '/api/v1/transactions/:name',
    '/api/v1/receipts/:name',
    '/api/v1/certificates/:file',
  ],
  ...['/api/v1/feedback', '/auth/login', '/auth/callback', '/auth/logout', '/auth/session'],
]);
/** Pages are shells here: what they show they ask for. */
const PAGE = /^\/(?!api\/|log\/|data\/|v2\/)/;
const HASH_TILE = /^\/log\/tile\/\d/;
/** Facts of records with a random name. */
const FACT = '/api/v1/facts/:module/:collection/:id';
const HANDLE = /^[0-9a-f]{32}$/;
/** Handing in is open; what was handed in last is not. */
const SUBMIT = '/api/v1/transactions';
const SCHEME = 'Tabularium-Look ';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** On a members' ledger, too, everyone may read this; or it asks by itself who reads. */
    readonly everyone?: boolean;
  }
}

export function isMembersLog({ charter }: Pick<LedgerDoor, 'charter'>): boolean {
  return (JSON.parse(charter) as { readonly log?: string }).log === 'members';
}

export interface MembersGuardParts {
  readonly door: Pick<LedgerDoor, 'origin' | 'record'>;
  readonly crypto: Crypto;
  /** ms UTC. */
  readonly clock: () => number;
}

/** The `onRequest` hook of all routes: 401 `members-only` without a look by a key in force. */
export function membersOnly(parts: MembersGuardParts) {
  return async (request: FastifyRequest): Promise<void> => {
    if (isOpen(request)) return;
    const { authorization = '' } = request.headers;
    const look = authorization.startsWith(SCHEME) ? parseLook(authorization.slice(SCHEME.length), parts.crypto) : undefined;
    if (look === undefined) fail('members-only');
    const { code } = checkPlainLook(look, keyInForce(look.kid, parts.door), { ...parts, now: parts.clock(), origin: parts.door.origin });
    if (code !== undefined) fail('members-only', code);
  };
}

function isOpen({ method, routeOptions: { url = '', config }, url: asked, params }: FastifyRequest): boolean {
  if (url === SUBMIT) return method === 'POST';
  if (config.everyone === true || OPEN.has(url) || HASH_TILE.test(asked)) return true;
  if (url === FACT) return HANDLE.test((params as { readonly id: string }).id);
  return PAGE.test(url);
}

/** An officer's or a service's. */
function keyInForce(kid: string, door: Pick<LedgerDoor, 'record'>): VerificationKey | undefined {
  const record = door.record(`kernel/key/${kid}`);
  if (record === undefined) return undefined;
  const { status, ...key } = JSON.parse(record) as VerificationKey & { readonly status?: string };
  return status === 'active' ? key : undefined;
}
