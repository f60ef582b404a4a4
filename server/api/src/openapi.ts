/**
 * OpenAPI 3.1 at `/api/openapi.json`: the routes as registered, and beside them each action's body as the modules
 * declare it, with who may sign it. Made once, when the server is ready.
 */

import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { ActionDefinition, ModuleDefinition } from '@tabularium/kernel';
import { disclosuresOf } from '@tabularium/protocol';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_TYPE } from './problem.ts';
import { PROBLEM_TITLE, ProblemAnswer } from './wire-schemas.ts';

export const OPENAPI_PATH = '/api/openapi.json';

const submission = { type: 'string', description: '`<JWS>~disclosure~…`: the transaction, and each disclosure followed by `~`.' };

/** Bodies that the server reads itself, byte by byte, and therefore are not schemas of their routes. */
const BODIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/api/v1/transactions': {
    'text/plain': { schema: submission },
    'application/json': {
      schema: {
        type: 'object',
        required: ['transaction'],
        additionalProperties: false,
        properties: {
          transaction: { type: 'string', description: 'Compact JWS.' },
          disclosures: { type: 'array', items: { type: 'string' }, description: 'RFC 9901 disclosures.' },
        },
      },
    },
  },
  // Any bytes are lines, and each has an answer of its own: no schema rules one out.
  '/api/v1/transactions/batch': { 'application/x-ndjson': { schema: { description: `Lines, each ${submission.description}` } } },
  '/accessibility/feedback': {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        properties: {
          text: { type: 'string', description: 'What is hard to use; of more than 4,000 characters, the first.' },
          page: { type: 'string', description: 'Address of the page that it is about.' },
        },
      },
    },
  },
};

export function swaggerOptions(catalogue: readonly ModuleDefinition[], origin: string): FastifyDynamicSwaggerOptions {
  const tags = [
    { name: 'transactions', description: 'Write: submit signed transactions, and learn what became of them.' },
    { name: 'ledger', description: 'Blocks and charter.' },
    { name: 'proofs', description: 'Receipts, facts and published texts, verifiable offline.' },
    { name: 'log', description: 'The Merkle log as C2SP tlog-tiles.' },
    { name: 'screens', description: 'What screens show, as data: views, entries in words, news of blocks.' },
    { name: 'feed', description: 'What happened, one after the other, for programs that follow.' },
    { name: 'vault', description: 'What is known of people: read with a look, and each read is on the access log.' },
    { name: 'node', description: 'Health, metrics and this description.' },
    ...catalogue.map((module) => ({ name: module.name, description: module.title })),
  ];
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: `Tabularium, ledger ${origin}`,
        version: '1',
        description:
          'Reads carry the header `tabularium-height`; `tabularium-min-height` waits for a height. Errors are RFC 9457 problem details. Money is minor units as a decimal string.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags,
    },
    hideUntagged: true,
  };
}

/** The description as JSON text, with the modules' actions among its schemas. */
export function describeApi(app: FastifyInstance, catalogue: readonly ModuleDefinition[]): string {
  const described = app.swagger() as { components?: Record<string, unknown>; paths?: Record<string, unknown> };
  const schemas: Record<string, unknown> = { [PROBLEM_TITLE]: ProblemAnswer };
  for (const module of catalogue) {
    for (const [name, action] of Object.entries(module.actions)) {
      if (action.internal !== true) schemas[`${module.name}.${name}`] = describeAction(`${module.name}.${name}`, action);
    }
  }
  const paths = described.paths as Record<string, { post?: Record<string, unknown> }>;
  for (const operations of Object.values(described.paths ?? {}))
    for (const operation of Object.values(operations as object)) nameProblems(operation);
  for (const [path, content] of Object.entries(BODIES)) {
    const post = paths[path]?.post;
    if (post !== undefined) post.requestBody = { required: true, content };
  }
  return JSON.stringify({
    ...described,
    components: { ...described.components, schemas: { ...(described.components?.schemas as object), ...schemas } },
  });
}

/** Errors are problem details, described once. */
function nameProblems(operation: { readonly responses?: Record<string, { content?: unknown }> }): void {
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const schema = (response.content as Record<string, { readonly schema?: { readonly title?: string } }> | undefined)?.['application/json']
      ?.schema;
    const other = Object.values((response.content ?? {}) as Record<string, { readonly schema?: { readonly title?: string } }>)[0]?.schema;
    if (Number(status) >= 400 && (schema ?? other)?.title === PROBLEM_TITLE) {
      response.content = { [PROBLEM_TYPE]: { schema: { $ref: `#/components/schemas/${PROBLEM_TITLE}` } } };
    }
  }
}

function describeAction(name: string, action: ActionDefinition): Record<string, unknown> {
  const texts = disclosuresOf(action.body).map(({ path, name: field, kind, required, schema }) => ({
    path,
    name: field,
    kind,
    required,
    schema,
  }));
  return {
    ...(JSON.parse(JSON.stringify(action.body)) as object),
    title: action.title,
    description: action.text,
    'x-action': name,
    'x-roles': action.roles,
    'x-signers': action.signers ?? 1,
    'x-services': action.services === true,
    ...(texts.length === 0 ? {} : { 'x-disclosed': texts }),
  };
}
