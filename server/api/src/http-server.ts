/**
 * Fastify as this API uses it: raw bytes for transactions, strict JSON, problems for every error, 405 with Allow,
 * CORS for reads, and a log that holds no body, no query and no address of a person.
 */
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { CURSOR_HEADER } from './feed-routes.ts';
import { type ApiCode, PROBLEM_TYPE, type Problem, ProblemError, problem } from './problem.ts';
import { HEIGHT_HEADER, MIN_HEIGHT_HEADER } from './reads.ts';
import { checkRequests } from './request-checks.ts';
import { readStrictJson } from './submission.ts';

const BODY_BYTES_MAX = 128 * 1024;
/** What scripts of other origins may read of an answer besides its body. */
const EXPOSED = [HEIGHT_HEADER, 'tabularium-entries', 'tabularium-checkpoint', CURSOR_HEADER, 'link', 'location', 'retry-after'].join(', ');
const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'] as const;
const FASTIFY_CODES: Readonly<Record<string, ApiCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
};

export interface HttpServerOptions {
  /** A pino logger, or none. */
  readonly logger?: FastifyServerOptions['loggerInstance'] | undefined;
  /** People reach this node over TLS, which a proxy before it has. */
  readonly isSecure?: boolean | undefined;
  /** Addresses of the proxies whose word is taken for where a request comes from. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** What a log line says of a request: method and the route's pattern, never what stands in its place. */
export const logSerializers = {
  req: (request: FastifyRequest) => ({ method: request.method, route: request.routeOptions?.url ?? 'none' }),
  res: (reply: FastifyReply) => ({ status: reply.statusCode }),
  err: (error: Error & { readonly code?: string }) => ({ type: error.name, code: error.code ?? '', message: '', stack: framesOf(error) }),
};

const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
const TWO_YEARS_OF_TLS = 'max-age=63072000';

const asJson = () => (value: unknown) => JSON.stringify(value);

export function makeHttpServer({ logger, isSecure = false, trustedProxies = [] }: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: 60_000,
    // The longest question there is, every character of it escaped.
    http: { maxHeaderSize: 64 * 1024 },
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 512 },
    // In place of Fastify's own, which would be loaded otherwise: a tenth of the time to be ready.
    schemaController: { compilersFactory: { buildValidator: () => checkRequests as never, buildSerializer: () => asJson as never } },
    // Addresses that the router itself cannot read never reach the error handler below, and its own answer would repeat them.
    frameworkErrors: (error, _request, reply) => {
      send(reply, problem(error.code === 'FST_ERR_BAD_URL' ? 'request-malformed' : 'not-found'));
    },
    // A client that is slow to send, or that never ends a header, is cut off.
    connectionTimeout: 120_000,
    forceCloseConnections: 'idle',
  }) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  const raw = (_request: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void): void => done(null, body);
  app.addContentTypeParser(['text/plain', 'application/x-ndjson'], { parseAs: 'buffer' }, raw as never);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readStrictJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  addHeaders(app, isSecure);
  addErrors(app);
  return app;
}

function addHeaders(app: FastifyInstance, isSecure: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    // Whatever is no page runs nothing and stands in no frame, should a browser take it for one; pages bring a policy of their own.
    reply.header('content-security-policy', DATA_POLICY);
    if (isSecure) reply.header('strict-transport-security', TWO_YEARS_OF_TLS);
    if (request.method === 'GET' || request.method === 'HEAD') {
      reply.header('access-control-allow-origin', '*');
      reply.header('access-control-expose-headers', EXPOSED);
    }
    done();
  });
}

function addErrors(app: FastifyInstance): void {
  const patterns: { readonly url: string; readonly pattern: RegExp; readonly methods: Set<string> }[] = [];
  const spelledOut = new Set<string>();
  app.addHook('onRoute', ({ url, method }) => {
    let known = patterns.find((one) => one.url === url);
    if (known === undefined) {
      known = { url, pattern: patternOf(url), methods: new Set() };
      patterns.push(known);
    }
    for (const one of [method].flat()) known.methods.add(one);
    if (!isPattern(url)) spelledOut.add(url);
  });
  const nothing = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] as string;
    const fitting = patterns.filter(({ pattern }) => pattern.test(path));
    // An address that is spelled out goes before a pattern that also fits it.
    const exact = fitting.filter(({ url }) => url === path);
    const methods = new Set((exact.length > 0 ? exact : fitting).flatMap((one) => [...one.methods]));
    if (methods.size === 0) return send(reply, problem('not-found'));
    const allow = METHODS.filter((method) => methods.has(method)).join(', ');
    reply.header('allow', `${allow}, OPTIONS`);
    if (request.method !== 'OPTIONS') return send(reply, problem('method-not-allowed', `Allowed: ${allow}.`));
    if (methods.has('GET')) {
      reply.header('access-control-allow-origin', '*');
      reply.header('access-control-allow-methods', 'GET, HEAD');
      reply.header('access-control-allow-headers', MIN_HEIGHT_HEADER);
      reply.header('access-control-max-age', '86400');
    }
    return reply.code(204).send();
  };
  app.setNotFoundHandler(nothing);
  // The router takes a spelled-out address for a name where only a pattern knows the method: GET …/transactions/batch is no transaction.
  app.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions;
    if (url === undefined || !isPattern(url) || !spelledOut.has(request.url.split('?', 1)[0] as string)) return done();
    nothing(request, reply);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ProblemError) return send(reply.headers(error.headers), error.problem);
    // A method that nothing takes may fail earlier, over its body.
    if (request.is404) return nothing(request, reply);
    const known = FASTIFY_CODES[error.code];
    if (known !== undefined) return send(reply, problem(known));
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return send(reply, { ...problem('request-malformed'), status });
    request.log.error({ err: error }, 'request failed');
    return send(reply, problem('internal'));
  });
}

/** Sends a problem, its status and type. */
export function send(reply: FastifyReply, answered: Problem): FastifyReply {
  return reply.code(answered.status).header('content-type', PROBLEM_TYPE).send(JSON.stringify(answered));
}

/** Where an error was thrown, without its message: a message may quote what somebody typed. */
function framesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function isPattern(url: string): boolean {
  return url.includes('/:') || url.includes('*');
}

function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
