/**
 * How requests are checked against `wire-schemas.ts`: bodies exactly as they came, queries and path parts after
 * reading integers and booleans from their canonical text and a field given once as a list of one where it may be given often. Nothing else is coerced and nothing unknown is dropped.
 */
import { makeBodyChecker } from '@tabularium/protocol';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { ProblemError, problem } from './problem.ts';

export const checkRequests: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = makeBodyChecker(schema);
  const types = (schema as { readonly properties?: Record<string, { readonly type?: string }> }).properties ?? {};
  return (value: unknown) => {
    const read = httpPart === 'body' ? value : readTexts(value as Record<string, unknown>, types);
    const checked = check(read);
    if (checked.ok) return { value: read };
    const place = httpPart === 'body' ? 'body' : httpPart === 'querystring' ? 'query' : 'address';
    const detail = `${place}${checked.path}: ${checked.message}`;
    return { error: new ProblemError(problem(httpPart === 'body' ? 'request-malformed' : 'query-invalid', detail)) };
  };
};

function readTexts(value: Record<string, unknown>, types: Record<string, { readonly type?: string }>): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(value)) {
    const type = types[name]?.type;
    if (type === 'integer' && typeof text === 'string' && /^(0|-?[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)))
      read[name] = Number(text);
    else if (type === 'boolean' && (text === 'true' || text === 'false')) read[name] = text === 'true';
    else if (type === 'array' && typeof text === 'string') read[name] = [text];
    else read[name] = text;
  }
  return read;
}
