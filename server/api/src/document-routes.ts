/**
 * Documents of cases over HTTP. Sending follows tus 1.0.0 (https://tus.io/protocols/resumable-upload, with creation, termination and expiration):
 * it has stood still since 2016 and has clients in every language, where the IETF's draft for resumable uploads still changes with its versions. A last
 * step of our own gives the digest, without which nothing is kept. Reading needs a look, and is on the access log before the first byte.
 */

import { Readable } from 'node:stream';
import { DIGEST_PATTERN, decodeBase64, decodeBase64url } from '@tabularium/protocol';
import { type Documents, type Looker, mayBeShown, type Upload } from '@tabularium/vault';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { documentProblem } from './document-problems.ts';
import { fail } from './problem.ts';
import { keepToOurselves } from './staff-guard.ts';
import { DocumentsAnswer, ProblemAnswer, UploadAnswer } from './wire-schemas.ts';

export interface DocumentAct {
  readonly action: 'document.send' | 'document.list' | 'document.read';
  /** Handle. */
  readonly case: string;
}

/** Who may do what with documents; each attempt is on the access log. Both throw the problem to answer with. */
export interface DocumentGuard {
  /** Who asks, by their look. */
  lookerOf(request: FastifyRequest): Promise<Looker>;
  /** Resolves once the row that says so is durable. */
  allow(looker: Looker, act: DocumentAct): Promise<void>;
}

export interface DocumentParts {
  readonly documents: Documents;
  readonly guard: DocumentGuard;
  /** How long the answer to the last step waits for the virus scan; default 10 s. */
  readonly judgedWithinMs?: number | undefined;
}

const UPLOADS = '/api/v1/vault/uploads';
const VERSION = '1.0.0';
const EXTENSIONS = 'creation,expiration,termination';
const BYTES_TYPE = 'application/offset+octet-stream';
const JUDGED_WITHIN_MS = 10_000;
const WHOLE = /^(0|[1-9][0-9]{0,15})$/;
const HANDLE = /^[0-9a-f]{32}$/;
/** RFC 6838 §4.2, in small letters: a code, without parameters in which anything could stand. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const SALT_BYTES = 32;
const METADATA = ['case', 'salt', 'type'];

const Id = Type.Object({ id: Type.String({ pattern: HANDLE.source }) });
const tags = ['vault'];
/** They ask by themselves who comes, or are found by a name that only its sender knows. */
const config = { everyone: true };
const problems = { 400: ProblemAnswer, 404: ProblemAnswer, 409: ProblemAnswer, 410: ProblemAnswer, 412: ProblemAnswer, 422: ProblemAnswer };

export function addDocumentRoutes(app: FastifyInstance, parts: DocumentParts): void {
  void app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => keepToOurselves(reply));
    // Read by the route itself, as it comes.
    scope.addContentTypeParser(BYTES_TYPE, (_request, _payload, done) => done(null));
    addCreation(scope, parts);
    addSending(scope, parts);
    addFinish(scope, parts);
    addReading(scope, parts);
  });
}

function addCreation(app: FastifyInstance, { documents, guard }: DocumentParts): void {
  app.options(UPLOADS, { config }, async (_request, reply) =>
    reply
      .headers({ 'tus-resumable': VERSION, 'tus-version': VERSION, 'tus-extension': EXTENSIONS, 'tus-max-size': String(documents.sizeMax) })
      .code(204)
      .send(),
  );
  app.post(
    UPLOADS,
    {
      config,
      preHandler: tusOnly,
      schema: {
        tags,
        summary: 'Begin to send a document of a case (tus 1.0.0, creation)',
        description:
          'Headers: `tus-resumable: 1.0.0`, `upload-length` in bytes, `upload-metadata` with `case` (handle), `type` (media type) and `salt` (32 random bytes, base64url), and a look. `location` of the answer is the address to send to: a secret of its sender.',
        response: {
          201: { type: 'null', description: 'Begun.' },
          401: ProblemAnswer,
          403: ProblemAnswer,
          413: ProblemAnswer,
          429: ProblemAnswer,
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const looker = await guard.lookerOf(request);
      const size = wholeOf(request, 'upload-length');
      if (size === 0) fail('request-malformed', 'upload-length: a document has at least one byte');
      const { case: handle = '', type = '', salt = '' } = metadataOf(request.headers['upload-metadata']);
      const bytes = decodeBase64url(salt);
      if (!HANDLE.test(handle)) fail('request-malformed', 'upload-metadata: case');
      if (!MEDIA_TYPE.test(type)) fail('request-malformed', 'upload-metadata: type');
      if (bytes?.length !== SALT_BYTES) fail('request-malformed', 'upload-metadata: salt');
      await guard.allow(looker, { action: 'document.send', case: handle });
      const upload = await answered(documents.begin({ case: handle, mediaType: type, size, salt: bytes, officer: looker.officer }));
      return tell(reply, upload).header('location', `${UPLOADS}/${upload.id}`).code(201).send();
    },
  );
}

function addSending(app: FastifyInstance, { documents }: DocumentParts): void {
  // Before GET, or Fastify makes one of its own.
  app.head(`${UPLOADS}/:id`, { config, preHandler: tusOnly, schema: { params: Id } }, async (request, reply) =>
    tell(reply, await answered(documents.status(idOf(request))))
      .code(200)
      .send(),
  );
  app.patch(
    `${UPLOADS}/:id`,
    {
      config,
      preHandler: tusOnly,
      schema: {
        tags,
        summary: 'Send on (tus 1.0.0)',
        description: `The bytes from \`upload-offset\` on, as \`${BYTES_TYPE}\`. A request lasts a minute at most: over a slow line they are sent in runs of 16 MiB or less. What arrived of a request that broke off stays, to the last whole 64 KiB: HEAD says where to go on.`,
        params: Id,
        response: {
          204: { type: 'null', description: 'Taken; `upload-offset` says how far.' },
          413: ProblemAnswer,
          415: ProblemAnswer,
          507: ProblemAnswer,
          ...problems,
        },
      },
    },
    async (request, reply) => {
      if (request.headers['content-type'] !== BYTES_TYPE) fail('media-type-unsupported');
      const offset = wholeOf(request, 'upload-offset');
      return tell(reply, await answered(documents.append(idOf(request), offset, request.raw, declaredOf(request))))
        .code(204)
        .send();
    },
  );
  app.delete(
    `${UPLOADS}/:id`,
    {
      config,
      preHandler: tusOnly,
      schema: {
        tags,
        summary: 'Cancel (tus 1.0.0, termination)',
        params: Id,
        response: { 204: { type: 'null', description: 'Nothing of it stays.' }, ...problems },
      },
    },
    async (request, reply) => {
      await answered(documents.cancel(idOf(request)));
      return reply.code(204).send();
    },
  );
}

function addFinish(app: FastifyInstance, { documents, judgedWithinMs = JUDGED_WITHIN_MS }: DocumentParts): void {
  const uploadOf = async (id: string) => {
    const { state, offset, size, until, firstBytes, digest } = await answered(documents.status(id));
    return { state, offset, size, until, first_bytes: firstBytes, ...(digest === undefined ? {} : { digest }) };
  };
  app.get(
    `${UPLOADS}/:id`,
    {
      config,
      schema: {
        tags,
        summary: 'How far an upload has come, and what became of it',
        params: Id,
        response: { 200: UploadAnswer, ...problems },
      },
    },
    async (request) => await uploadOf(idOf(request)),
  );
  app.post(
    `${UPLOADS}/:id/finish`,
    {
      config,
      schema: {
        tags,
        summary: 'All of it is sent: keep it, if it has this digest',
        description:
          '`digest`: SHA-256 of the salt and the bytes, base64url, as the ledger names the document. Of a document with another digest, or an infected one, nothing stays. `judging`: the virus scan is not at its end; ask again.',
        params: Id,
        body: Type.Object({ digest: Type.String({ pattern: DIGEST_PATTERN }) }, { additionalProperties: false }),
        response: { 200: UploadAnswer, ...problems },
      },
    },
    async (request) => {
      const { digest } = request.body as { readonly digest: string };
      const id = idOf(request);
      await answered(documents.finish(id, digest));
      await within(judgedWithinMs, documents.settled(id));
      return await uploadOf(id);
    },
  );
}

function addReading(app: FastifyInstance, { documents, guard }: DocumentParts): void {
  app.get(
    '/api/v1/vault/cases/:case/documents',
    {
      config,
      schema: {
        tags,
        summary: 'The documents of a case',
        params: Type.Object({ case: Type.String({ pattern: HANDLE.source }) }),
        response: { 200: DocumentsAnswer, 400: ProblemAnswer, 401: ProblemAnswer, 403: ProblemAnswer },
      },
    },
    async (request) => {
      const looker = await guard.lookerOf(request);
      const { case: handle } = request.params as { readonly case: string };
      await guard.allow(looker, { action: 'document.list', case: handle });
      const rows = await documents.ofCase(handle);
      return {
        rows: rows.map(({ digest, mediaType, size, firstBytes, officer, begun }) => ({
          digest,
          type: mediaType,
          size,
          first_bytes: firstBytes,
          officer,
          begun,
        })),
      };
    },
  );
  app.get(
    '/api/v1/vault/documents/:digest',
    {
      config,
      // Whoever asks for its headers would be on the access log as one who read it.
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'A document, by the digest that the ledger names',
        description:
          'Each piece is checked before it is sent, the last one only if all has the digest: an answer that is shorter than its `content-length` was found to be damaged. `tabularium-salt` goes before the bytes in the digest. `inline=true` lets a browser show a PDF, PNG or JPEG that begins as one; all else is saved as a file.',
        params: Type.Object({ digest: Type.String({ pattern: DIGEST_PATTERN }) }),
        querystring: Type.Object(
          { inline: Type.Optional(Type.Boolean({ description: 'Default `false`.' })) },
          { additionalProperties: false },
        ),
        produces: ['application/octet-stream'],
        response: {
          200: { type: 'string', format: 'binary', description: 'The bytes.' },
          ...{ 400: ProblemAnswer, 401: ProblemAnswer, 403: ProblemAnswer, 404: ProblemAnswer, 500: ProblemAnswer },
        },
      },
    },
    async (request, reply) => {
      const looker = await guard.lookerOf(request);
      const { digest } = request.params as { readonly digest: string };
      const { inline = false } = request.query as { readonly inline?: boolean };
      const found = await documents.find(digest);
      if (found === undefined) fail('not-found');
      await guard.allow(looker, { action: 'document.read', case: found.case });
      const opened = (await answered(documents.read(digest))) ?? fail('not-found');
      const isShown = inline && mayBeShown(found.mediaType, found.firstBytes);
      return reply
        .headers({
          'content-type': isShown ? found.mediaType : 'application/octet-stream',
          'content-length': String(found.size),
          'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename="document-${digest.slice(0, 8)}"`,
          // A browser shows a PDF by a page of its own, which a policy for data would leave without its styles.
          ...(isShown ? { 'content-security-policy': "frame-ancestors 'none'" } : {}),
          'tabularium-salt': Buffer.from(opened.salt).toString('base64url'),
          'tabularium-type': found.mediaType,
          'tabularium-first-bytes': found.firstBytes,
        })
        .send(Readable.from(opened.bytes, { objectMode: false }));
    },
  );
}

/** What tus asks of each request but OPTIONS. */
async function tusOnly(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('tus-resumable', VERSION);
  if (request.headers['tus-resumable'] !== VERSION) fail('tus-version', undefined, { 'tus-version': VERSION });
}

function tell(reply: FastifyReply, { offset, size, until, state }: Upload): FastifyReply {
  reply.headers({ 'upload-offset': String(offset), 'upload-length': String(size) });
  return state === 'arriving' ? reply.header('upload-expires', new Date(until).toUTCString()) : reply;
}

function wholeOf({ headers }: FastifyRequest, name: 'upload-length' | 'upload-offset'): number {
  const text = headers[name];
  const value = typeof text === 'string' && WHOLE.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : fail('request-malformed', name);
}

/** Bytes that this request says it has; undefined where it does not say. */
function declaredOf({ headers }: FastifyRequest): number | undefined {
  const text = headers['content-length'];
  return text === undefined ? undefined : Number(text);
}

/** `name base64,name base64`: exactly the three that there are. */
function metadataOf(header: string | string[] | undefined): Readonly<Record<string, string>> {
  const pairs = typeof header === 'string' && header.length <= 1_000 ? header.split(',').map((pair) => pair.trim().split(' ')) : [];
  const names = pairs.map(([name]) => name).sort();
  if (names.join() !== METADATA.join()) fail('request-malformed', `upload-metadata: exactly ${METADATA.join(', ')}`);
  return Object.fromEntries(
    pairs.map(([name, value = '']) => {
      const bytes = decodeBase64(value);
      const text = bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');
      return [name, text ?? ''];
    }),
  );
}

function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id: string }).id;
}

async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw documentProblem(error);
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((wake) => {
    timer = setTimeout(wake, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
