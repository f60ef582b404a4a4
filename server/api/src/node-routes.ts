/**
 * How the node is: `/health` says to everybody whether it goes on and how far it has come, which its answers say anyway; `/metrics` says how the
 * machine is, to Prometheus and to the operator's page. And the API's description.
 */
import type { Staff } from '@tabularium/sessions';
import type { FastifyInstance } from 'fastify';
import type { ApiParts } from './api-parts.ts';
import { describeApi, OPENAPI_PATH } from './openapi.ts';
import { watchersOnly } from './staff-guard.ts';
import { addWatchMetrics } from './watch-metrics.ts';
import { EvidenceAnswer, HealthAnswer, ProblemAnswer } from './wire-schemas.ts';

/** Adds the routes. */
export function addNodeRoutes(
  app: FastifyInstance,
  { door, projections, texts, counters, catalogue, watch }: ApiParts,
  staff: Staff | undefined,
): void {
  const registry = counters.registry(door, projections, texts);
  addWatchMetrics(registry, watch);
  app.get(
    '/health',
    { schema: { tags: ['node'], summary: 'Is the node well?', response: { 200: HealthAnswer, 503: HealthAnswer } } },
    async (_request, reply) => {
      const { queued, height, size, halted } = door.status();
      const { failed } = projections;
      const voteless = door.shared?.voteless();
      const missing = door.shared?.missing();
      const why =
        missing === undefined
          ? 'The lists cannot be kept up just now.'
          : `Blocks ${missing.from} to ${missing.to} have not arrived here yet; the lists follow them.`;
      const shown = failed === undefined ? { height: projections.height } : { height: projections.height, failed: why };
      if (halted !== undefined) reply.code(503);
      const status = { status: halted === undefined ? 'ok' : 'halted', height, size, queued, projections: shown };
      return reply
        .header('cache-control', 'no-store')
        .header('content-type', 'application/json; charset=utf-8')
        .send(JSON.stringify(voteless === undefined ? status : { ...status, voteless }));
    },
  );
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['node'],
        summary: 'Figures for Prometheus',
        produces: ['text/plain'],
        description: 'Where staff sign in, for the operator, and for programs that bring the secret of the staff file (RFC 6750).',
        response: { 200: { type: 'string', description: 'Prometheus text' }, 401: ProblemAnswer, 403: ProblemAnswer },
      },
      onRequest: watchersOnly(staff),
    },
    async (_request, reply) => reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
  app.get(
    '/api/v1/evidence',
    {
      schema: {
        tags: ['node'],
        summary: 'Nodes that signed what contradicts this ledger or themselves',
        description:
          'Empty in good times. Each with the two signed notes: whoever has the policy can check that one of them should not exist.',
        response: { 200: EvidenceAnswer },
      },
    },
    async () => ({ evidence: door.shared?.evidence() ?? [] }),
  );
  let description: string | undefined;
  app.get(
    OPENAPI_PATH,
    { schema: { tags: ['node'], summary: 'This description', response: { 200: { type: 'object', description: 'OpenAPI 3.1' } } } },
    async (_request, reply) => {
      description ??= describeApi(app, catalogue);
      return reply.header('content-type', 'application/json; charset=utf-8').send(description);
    },
  );
}
