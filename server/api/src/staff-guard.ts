/**
 * Who looks: the guard before whatever only staff may see. A session is asked for here and nowhere else; what changes the ledger never asks for
 * one, for only a signature acts (ADR 0014).
 */
import type { Session, Staff } from '@tabularium/sessions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fail } from './problem.ts';

/** What of `Staff` a guard asks. */
type StaffDoor = Pick<Staff, 'origin' | 'sessionOf'>;

export interface StaffDemand {
  /** Only whoever keeps the node running. */
  readonly operator?: boolean;
}

/** The `onRequest` hook of a route for staff: 401 or 403, or the answer is kept from caches and other sites. Without `staff`, nobody gets in. */
export function staffOnly(staff: StaffDoor | undefined, { operator = false }: StaffDemand = {}) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    keepToOurselves(reply);
    const session = requireSession(staff, request);
    if (operator && !session.isOperator) fail('not-for-you');
    if (request.method !== 'GET' && request.method !== 'HEAD') requireOwnPage(staff!, session, request);
  };
}

/** The `onRequest` hook of what says how this machine is: for its operator, and for programs that watch. Where nobody signs in, it is open. */
export function watchersOnly(staff: (StaffDoor & Pick<Staff, 'mayWatch'>) | undefined) {
  const operators = staffOnly(staff, { operator: true });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (staff === undefined) return;
    if (staff.mayWatch(request.headers.authorization)) keepToOurselves(reply);
    else await operators(request, reply);
  };
}

/** Answers for one browser: in no cache, and readable by no other site. */
export function keepToOurselves(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store').header('vary', 'cookie').removeHeader('access-control-allow-origin');
}

export function requireSession(staff: StaffDoor | undefined, request: FastifyRequest): Session {
  return staff?.sessionOf(request.headers.cookie) ?? fail('sign-in-needed');
}

/** What a session changes is asked for by a page of ours, with a word that only such a page can read (OWASP ASVS 5.0 §3.5). */
export function requireOwnPage(staff: StaffDoor, session: Session, { headers }: FastifyRequest): void {
  const isOurs = headers.origin === staff.origin && (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin';
  if (!isOurs || headers['x-csrf-token'] !== session.csrf) fail('request-forged');
}
