/**
 * How often one address may ask for what costs something: writes, and signing in (OWASP ASVS 5.0 §2.4, §6.3). Kept in memory, by the address
 * that the proxy named where one is trusted; nothing is logged. This very machine writes without a limit: what keeps it back is the queue.
 */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError, problem } from './problem.ts';

/** Enough for an office behind one address: a hundred requests a second, each of which may be a batch. */
export const WRITES_PER_MINUTE = 6_000;
const ADDRESSES_MAX = 10_000;

/** Must be there before the routes. `writesPerMinute`: of one address; 0 for no limit. */
export async function addRateLimits(app: FastifyInstance, writesPerMinute: number): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    cache: ADDRESSES_MAX,
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError(problem('too-many-requests'), { 'retry-after': String(Math.max(1, Math.ceil(ttl / 1_000))) }),
  });
  if (writesPerMinute === 0) return;
  // One count for all of them.
  const limit = app.rateLimit({ max: writesPerMinute, timeWindow: '1 minute', allowList: isThisMachine });
  app.addHook('onRoute', (route) => {
    if (route.method === 'POST' && route.url.startsWith('/api/')) route.onRequest = [limit, route.onRequest ?? []].flat();
  });
}

/** What keeps this machine’s own programs back is the queue. */
export function isThisMachine({ ip }: FastifyRequest): boolean {
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');
}
