/** The pages at `/`, beside the API they read from: the portal where it was built, and what is rendered here for browsers without scripts. */
import { isTrainingOrigin } from '@tabularium/log';
import { PAGE_POLICY, type PageAnswer, Pages, PORTAL_POLICY, STYLE, STYLE_PATH, Tongue } from '@tabularium/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiParts } from './api-parts.ts';
import { isMembersLog } from './members-guard.ts';
import { fail } from './problem.ts';

/** Addresses that have nothing to show without the portal. */
const PORTAL_ONLY = [
  ...['/blocks', '/data', '/offices', '/offices/*', '/search', '/lists', '/lists/*', '/verify', '/present', '/developers', '/operator'],
  ...['/desk', '/desk/*', '/keys', '/keys/*', '/sign-in'],
];

/** What a page may ask a device for: passkeys, and the camera that reads a code on paper. */
const PERMISSIONS =
  'camera=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()';

/** What a demo has besides, all of it the portal's. */
const DEMO_ONLY = ['/start/:door', '/try/:what'];

/** Adds the routes. */
export function addPageRoutes(app: FastifyInstance, { door, telling, portal, isDemo }: ApiParts, contact?: string): void {
  const isMembers = isMembersLog(door);
  const pages = new Map(Tongue.all.map((tongue) => [tongue, new Pages(telling.in(tongue), portal)]));
  const policy = portal === undefined ? PAGE_POLICY : PORTAL_POLICY;
  const add = (path: string, answer: (pages: Pages, request: FastifyRequest) => Promise<PageAnswer>): void => {
    app.get(path, async (request, reply) => {
      const tongue = tongueOf(request);
      reply.header('content-language', tongue.language);
      return sendPage(reply, await answer(pages.get(tongue)!, request), policy);
    });
  };
  /** What tells of entries is rendered here for everybody, or not at all. */
  const tell = (path: string, answer: Parameters<typeof add>[1]): void =>
    add(path, isMembers ? (pages) => pages.membersOnly(path) : answer);
  tell('/', (pages) => pages.overview());
  tell('/accounts', (pages, request) => pages.accounts(singles(request.query)));
  // Without scripts, the flow of funds is the accounts' table.
  tell('/money', (pages, request) => pages.accounts(singles(request.query)));
  tell('/money/line/:id', (pages, request) => pages.record(`treasury/line/${(request.params as { readonly id: string }).id}`));
  tell('/entries', (pages, request) => pages.entries(singles(request.query)));
  tell('/entries/:ref', (pages, request) => pages.entry((request.params as { readonly ref: string }).ref));
  tell('/record/*', (pages, request) => pages.record((request.params as { readonly '*': string })['*']));
  tell('/predecessor', (pages) => pages.predecessor());
  add('/accessibility', (pages, request) => pages.accessibility(singles(request.query).sent, contact));
  for (const path of isDemo ? DEMO_ONLY : []) add(path, (pages) => pages.portalOnly(path));
  if (isTrainingOrigin(door.origin)) add('/training', (pages) => pages.portalOnly('/training'));
  for (const path of PORTAL_ONLY) add(path, (pages) => pages.portalOnly(path));
  app.get('/assets/*', async (request, reply) => {
    const file = portal?.asset((request.params as { readonly '*': string })['*']);
    if (file === undefined) fail('not-found');
    const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? file.gzipped : undefined;
    reply
      .header('content-type', file.type)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('vary', 'accept-encoding');
    if (packed !== undefined) reply.header('content-encoding', 'gzip');
    return reply.send(packed ?? file.body);
  });
  app.get(STYLE_PATH, async (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', 'public, max-age=31536000, immutable').send(STYLE),
  );
}

/** The language that was chosen here, otherwise the first that the browser asks for: the same that the portal takes (`load-words.ts`). */
function tongueOf({ headers }: FastifyRequest): Tongue {
  const chosen = /(?:^|; )language=([a-z]{2})/.exec(headers.cookie ?? '')?.[1];
  return Tongue.all.find(({ language }) => language === chosen) ?? Tongue.asked(headers['accept-language']);
}

function sendPage(reply: FastifyReply, answer: PageAnswer, policy: string): FastifyReply {
  if (answer.status === 303) return reply.redirect(answer.location, 303);
  return reply
    .code(answer.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'same-origin',
      'permissions-policy': PERMISSIONS,
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
      vary: 'accept-language, cookie',
    })
    .send(answer.html);
}

/** Query fields given once; a field given twice is left out. */
function singles(query: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query as Record<string, unknown>).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}
