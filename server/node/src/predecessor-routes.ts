/**
 * What a successor shows of the ledger before it: `/api/v1/predecessor` says where it ended, what was carried over and what stayed lost;
 * under `/predecessor/log/` lies its log as far as it was saved, in the same tiles as any other.
 */
import type { buildApi } from '@tabularium/api';
import { parseTilePath } from '@tabularium/log';
import type { OpenLedger } from './open-ledger.ts';
import { lossesOf, openPastLogs, type PastLog, type PredecessorOf } from './predecessor.ts';

type App = Awaited<ReturnType<typeof buildApi>>;
const IMMUTABLE = 'public, max-age=31536000, immutable';
const text = (description: string): { readonly type: 'string'; readonly description: string } => ({ type: 'string', description });

/** Adds the routes where the ledger succeeds another one. */
export function addPredecessorRoutes(app: App, { charter, place, storage }: OpenLedger): void {
  const { predecessor } = charter;
  if (predecessor === undefined) return;
  app.get(
    '/api/v1/predecessor',
    {
      schema: {
        tags: ['ledger'],
        summary: 'The ledger that this one succeeded, and what of it stayed lost',
        response: {
          200: {
            type: 'object',
            description: 'Where it ended, what was carried over, which leaves were taken again, and the ranges of leaves that stayed lost.',
          },
        },
      },
    },
    async () => {
      const { origin, height, size, state, reason, checkpoint } = predecessor;
      return { origin, reason, height, size, state, checkpoint, ...lossesOf(predecessor, storage) };
    },
  );
  let named: PredecessorOf | undefined = predecessor;
  openPastLogs(place).forEach((log, n) => {
    app.addHook('onClose', () => log.close());
    if (named !== undefined) addLog(app, log, '/predecessor'.repeat(n + 1), named);
    named = log.charter().predecessor;
  });
}

function addLog(app: App, log: PastLog, prefix: string, predecessor: PredecessorOf): void {
  const texts: readonly [path: string, summary: string, content: string][] = [
    [`${prefix}/log/checkpoint`, 'The predecessor’s last checkpoint as it was saved', log.checkpoint() ?? ''],
    [`${prefix}/log/policy`, 'Which keys to believe for the predecessor (C2SP tlog-policy)', predecessor.policy],
  ];
  for (const [path, summary, content] of texts) {
    app.get(
      path,
      { schema: { tags: ['log'], summary, produces: ['text/plain'], response: { 200: text(summary) } } },
      async (_request, reply) => reply.header('content-type', 'text/plain; charset=utf-8').send(content),
    );
  }
  app.get(
    `${prefix}/log/tile/*`,
    {
      schema: {
        tags: ['log'],
        summary: 'A hash tile or an entry bundle of the predecessor (C2SP tlog-tiles)',
        produces: ['application/octet-stream'],
        response: { 200: { type: 'string', format: 'binary', description: 'Tile' } },
      },
    },
    async (request, reply) => {
      const name = parseTilePath(`tile/${(request.params as { readonly '*': string })['*']}`);
      const bytes =
        name === undefined
          ? undefined
          : name.level === 'entries'
            ? log.entries(name.index, name.width)
            : log.tile(name.level, name.index, name.width);
      if (bytes === undefined) return reply.callNotFound();
      return reply
        .header('content-type', 'application/octet-stream')
        .header('cache-control', IMMUTABLE)
        .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
  );
}
