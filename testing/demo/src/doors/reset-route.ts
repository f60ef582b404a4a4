/** `POST /api/demo/reset`: the town begins anew. Asked for in JSON, which no other site's page can send here. */
import type { HttpApp } from '@tabularium/api';

/** `reset` ends this node and opens the town as it began; `GET /api/demo/run` names another run then, and the same after any other end. */
export function addReset(app: HttpApp, run: string, reset: () => void): void {
  app.get('/api/demo/run', { schema: { hide: true } }, async (_request, reply) => reply.header('cache-control', 'no-store').send({ run }));
  app.post('/api/demo/reset', { schema: { hide: true } }, async (request, reply) => {
    if (request.headers['content-type'] !== 'application/json') return reply.code(415).send({ code: 'media-type-unsupported' });
    setImmediate(reset);
    return reply.code(202).send({ run });
  });
}
