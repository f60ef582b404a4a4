/**
 * A form that works in any browser, with scripts or without: what is hard to use on these pages. It goes into the operator's box beside the
 * ledger. Only this address takes a form's encoding, so that no form of another site can reach the rest.
 */
import type { FastifyInstance } from 'fastify';
import { fail } from './problem.ts';
import { ProblemAnswer } from './wire-schemas.ts';

const PAGE_MAX = 200;
const TEXT_MAX = 4_000;

/** Keeps a message; false where the box takes none just now. */
export type KeepFeedback = (page: string, text: string) => boolean;

/** Adds the route; the answer is the way back to the page, which says what became of it. */
export function addFeedbackRoute(app: FastifyInstance, keep: KeepFeedback | undefined): void {
  void app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: 16_384 }, (_request, body, done) =>
      done(null, new URLSearchParams(body.toString('utf8'))),
    );
    scope.post(
      '/accessibility/feedback',
      {
        schema: {
          tags: ['pages'],
          summary: 'What is hard to use here, for the operator; a form',
          consumes: ['application/x-www-form-urlencoded'],
          response: {
            303: { type: 'null', description: 'Back to the page: `?sent=yes`, or `?sent=later` where nothing more is taken just now.' },
            413: ProblemAnswer,
            415: ProblemAnswer,
          },
        },
      },
      async (request, reply) => {
        if (!(request.body instanceof URLSearchParams)) fail('media-type-unsupported');
        const text = (request.body.get('text') ?? '').trim().slice(0, TEXT_MAX);
        const page = (request.body.get('page') ?? '').trim().slice(0, PAGE_MAX);
        if (text === '') return reply.redirect('/accessibility?sent=empty', 303);
        return reply.redirect(`/accessibility?sent=${keep?.(page, text) === true ? 'yes' : 'later'}`, 303);
      },
    );
  });
}
