/** In which language an answer speaks: as the reader's `Accept-Language` asks (RFC 9110 §12.5.4); English where that is not to be had. */
import { type Telling, Tongue } from '@tabularium/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import es from '../words/es.json' with { type: 'json' };

/** What the API itself answers with: titles of its problems. */
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = { es };
/** Members of a problem that hold declared words. */
const WORDY: ReadonlySet<string> = new Set(['title', 'text', 'basis']);
const PROBLEM = '"urn:tabularium:';

/** What is told in the reader's language, and the reply says so. */
export function tellingFor(telling: Telling, request: FastifyRequest, reply: FastifyReply): Telling {
  const tongue = Tongue.asked(request.headers['accept-language']);
  reply.header('vary', 'accept-language').header('content-language', tongue.language);
  return telling.in(tongue);
}

/** Refusals and problems, wherever they stand in an answer, in the reader's language. What was signed, a note of refusal, stays as it is. */
export function addLanguages(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.headers['accept-language'] === undefined || typeof payload !== 'string' || !payload.includes(PROBLEM)) return payload;
    const tongue = Tongue.asked(request.headers['accept-language']);
    if (tongue === Tongue.english || !String(reply.getHeader('content-type') ?? '').includes('json')) return payload;
    // A batch answers with a line for each.
    const lines = payload.split('\n').map((line) => (line.includes(PROBLEM) ? JSON.stringify(inTongue(JSON.parse(line), tongue)) : line));
    reply.header('vary', 'accept-language').header('content-language', tongue.language);
    return lines.join('\n');
  });
}

function inTongue(value: unknown, tongue: Tongue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => inTongue(one, tongue));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'string' && WORDY.has(name) ? (OWN[tongue.language]?.[member] ?? tongue.text(member)) : inTongue(member, tongue),
    ]),
  );
}
