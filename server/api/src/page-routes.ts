/** The small server-rendered pages at `/`, beside the API they read from. */
import { PAGE_POLICY, type PageAnswer, Pages, STYLE, STYLE_PATH } from '@tabularium/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiParts } from './api-parts.ts';

/** Adds the routes. */
export function addPageRoutes(app: FastifyInstance, { door, catalogue, projections, texts, crypto }: ApiParts): void {
  const pages = new Pages({ ledger: door, catalogue, projections, texts, crypto });
  const add = (path: string, answer: (request: FastifyRequest) => Promise<PageAnswer>): void => {
    app.get(path, async (request, reply) => sendPage(reply, await answer(request)));
  };
  add('/', () => pages.overview());
  add('/accounts', (request) => pages.accounts(singles(request.query)));
  add('/entries', (request) => pages.entries(singles(request.query)));
  add('/entries/:ref', (request) => pages.entry((request.params as { readonly ref: string }).ref));
  add('/record/*', (request) => pages.record((request.params as { readonly '*': string })['*']));
  add('/predecessor', () => pages.predecessor());
  app.get(STYLE_PATH, async (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', 'public, max-age=31536000, immutable').send(STYLE),
  );
}

function sendPage(reply: FastifyReply, answer: PageAnswer): FastifyReply {
  if (answer.status === 303) return reply.redirect(answer.location, 303);
  return reply
    .code(answer.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'referrer-policy': 'same-origin',
      'cache-control': 'no-cache',
    })
    .send(answer.html);
}

/** Query fields given once; a field given twice is left out. */
function singles(query: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query as Record<string, unknown>).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}
