/** An entry's certificate: its receipt as a paper (docs/spec/certificate.md). */

import { Tongue } from '@tabularium/pages';
import { DIGEST_PATTERN } from '@tabularium/protocol';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ApiParts } from './api-parts.ts';
import { fail, ProblemError, problem } from './problem.ts';
import { baseOf } from './public-base.ts';
import { ProblemAnswer } from './wire-schemas.ts';

const PDF_TYPE = 'application/pdf';
const SOON = { 'retry-after': '2' };
const ENDING = '.pdf';
const DIGEST = DIGEST_PATTERN.slice(1, -1);

/** Adds the route. */
export function addCertificateRoutes(app: FastifyInstance, { door, reads, telling, certificates, publicUrl }: ApiParts): void {
  const { office, zone } = telling;
  app.get(
    '/api/v1/certificates/:file',
    {
      schema: {
        tags: ['proofs'],
        summary: 'The certificate of an accepted transaction, by name or log index, ended by `.pdf`',
        description:
          'A PDF (PDF/A-3a, PDF/UA-1) with its receipt and the policy as attachments and the receipt as a QR code. It is verified offline, as a receipt is.',
        params: Type.Object({ file: Type.String({ pattern: `^(${DIGEST}|[0-9]{1,15})\\.pdf$` }) }),
        querystring: Type.Object(
          { lang: Type.Optional(Type.Union([Type.Literal('en'), Type.Literal('es')], { description: 'Default `en`.' })) },
          { additionalProperties: false },
        ),
        produces: [PDF_TYPE],
        response: {
          200: { type: 'string', format: 'binary', description: 'PDF' },
          400: ProblemAnswer,
          404: ProblemAnswer,
          503: ProblemAnswer,
        },
      },
      preHandler: reads.ledger,
    },
    async (request, reply) => {
      const ref = (request.params as { readonly file: string }).file.slice(0, -ENDING.length);
      const { lang = 'en' } = request.query as { readonly lang?: 'en' | 'es' };
      const { stories, words } = telling.in(Tongue.asked(lang));
      const story = stories.one(ref);
      if (story === undefined) throw reads.nothing();
      if (story.kind !== 'act') throw new ProblemError(problem('not-found', 'The charter and stamps have no certificate.'));
      await door.shared?.covers(story.index + 1);
      const receipt = door.receipt(story.index);
      if (receipt === undefined) throw reads.nothing();
      const parts = {
        story,
        codes: words.tongue.codes,
        receipt,
        policy: door.policy(),
        office,
        zone: zone.name,
        base: baseOf(request, publicUrl),
        language: lang,
      };
      const made = await (certificates.make(parts) ?? fail('certificates-busy', undefined, SOON));
      // The receipt is right, so what its policy misses is others' word, which comes.
      if (!made.ok) fail('not-signed-yet', made.detail, SOON);
      return (
        reply
          .header('content-type', PDF_TYPE)
          .header('content-disposition', `inline; filename="certificate-${story.index}.pdf"`)
          .header('cache-control', 'no-cache')
          // Browsers show a PDF by a page of their own, which a policy for data would leave without its styles.
          .header('content-security-policy', "frame-ancestors 'none'")
          .send(Buffer.from(made.pdf))
      );
    },
  );
}
