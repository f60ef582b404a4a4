/** What the vault says of a document that it does not take, as problems: its own codes and sentences, with a status for each. */
import { DOCUMENT_CODES, type DocumentCode, DocumentDamaged, DocumentFault } from '@tabularium/vault';
import { ProblemError, problem } from './problem.ts';

const STATUS: Readonly<Record<DocumentCode, number>> = {
  'upload-unknown': 404,
  'upload-offset-differs': 409,
  'upload-unfinished': 409,
  'upload-interrupted': 409,
  'uploads-too-many': 429,
  'case-erased': 410,
  'document-too-large': 413,
  'document-longer': 413,
  'document-digest-differs': 422,
  'document-known': 409,
  'document-infected': 422,
  'document-not-judged': 422,
  'documents-full': 507,
};
const LATER = { 'retry-after': '60' };
const NOT_READ_ON: ReadonlySet<DocumentCode> = new Set(['document-longer', 'documents-full']);

/** The error that the API answers with; others stay as they are. */
export function documentProblem(error: unknown): unknown {
  if (error instanceof DocumentDamaged) return new ProblemError(problem('document-damaged'));
  if (!(error instanceof DocumentFault)) return error;
  const { code } = error;
  const status = STATUS[code];
  const headers = {
    ...(status === 429 || status === 507 ? LATER : {}),
    // What is still being sent is not read to its end.
    ...(NOT_READ_ON.has(code) ? { connection: 'close' } : {}),
  };
  return new ProblemError({ type: `urn:tabularium:problem:${code}`, title: DOCUMENT_CODES[code], status, code }, headers);
}
