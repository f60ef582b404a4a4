/** Staff sign in and out. Where an office has not said who its staff are, `GET /auth/session` says so and nothing else is there. */
import { CALLBACK_PATH, type Staff } from '@tabularium/sessions';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { keepToOurselves, requireOwnPage, requireSession } from './staff-guard.ts';

/** Requests an address may make to sign in, each minute. */
const SIGN_INS_PER_MINUTE = 20;
const limited = { config: { rateLimit: { max: SIGN_INS_PER_MINUTE, timeWindow: '1 minute' } } };

export function addStaffRoutes(app: FastifyInstance, staff: Staff | undefined): void {
  app.get('/auth/session', async (request, reply) => {
    keepToOurselves(reply);
    const session = staff?.sessionOf(request.headers.cookie);
    if (session === undefined) return reply.send({ available: staff !== undefined, signedIn: false });
    const { officer, isOperator, csrf } = session;
    return reply.send({ available: true, signedIn: true, ...(officer === undefined ? {} : { officer }), isOperator, csrf });
  });
  if (staff === undefined) return;
  const send = (reply: FastifyReply, { location, cookies, fault }: Awaited<ReturnType<Staff['begin']>>): FastifyReply => {
    keepToOurselves(reply);
    if (fault !== undefined) reply.log.warn({ fault }, 'sign-in refused');
    return reply.header('set-cookie', cookies).redirect(location, 303);
  };
  app.get('/auth/login', limited, async (request, reply) => {
    const { to } = request.query as { readonly to?: unknown };
    return send(reply, await staff.begin(typeof to === 'string' ? to : undefined));
  });
  app.get(CALLBACK_PATH, limited, async (request: FastifyRequest, reply) => {
    const at = request.url.indexOf('?');
    return send(reply, await staff.finish(request.headers.cookie, at === -1 ? '' : request.url.slice(at)));
  });
  app.post('/auth/logout', async (request, reply) => {
    keepToOurselves(reply);
    requireOwnPage(staff, requireSession(staff, request), request);
    return reply.header('set-cookie', staff.end(request.headers.cookie)).header('clear-site-data', '"cache"').code(204).send();
  });
}
