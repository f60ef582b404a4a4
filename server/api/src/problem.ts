/**
 * Errors on the wire: RFC 9457 problem details, with a stable `code` for programs and a sentence for people. A
 * problem never repeats what was sent: bodies may hold what a person typed.
 */

export const PROBLEM_TYPE = 'application/problem+json';

/** Codes this package itself answers with; refusals and malformed transactions bring their own. A closed list. */
export const API_CODES = {
  'not-found': { status: 404, title: 'There is nothing at this address.' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method.' },
  'request-malformed': { status: 400, title: 'The request does not fit what this address expects.' },
  'query-invalid': { status: 400, title: 'The question cannot be asked like this.' },
  'json-malformed': { status: 400, title: 'The body is not JSON as this ledger reads it.' },
  'submission-malformed': { status: 400, title: 'Disclosures follow the transaction, each ended by “~”.' },
  'media-type-unsupported': { status: 415, title: 'The body’s content type is not taken here.' },
  'body-too-large': { status: 413, title: 'The body is larger than this address takes.' },
  'batch-too-long': { status: 413, title: 'A batch has at most 1,000 lines.' },
  'members-only': { status: 401, title: 'This record is open to its members: sign a look with a key that it knows.' },
  'sign-in-needed': { status: 401, title: 'Only staff can see this. Sign in first.' },
  'not-for-you': { status: 403, title: 'Only whoever keeps this node running can see this.' },
  'not-granted': { status: 403, title: 'The ledger does not let you see this, if there is anything.' },
  'request-forged': { status: 403, title: 'This was not asked for by a page of this office.' },
  'too-many-requests': { status: 429, title: 'That is very often, from one address. Ask again a little later.' },
  'queue-full': { status: 429, title: 'Too many transactions are waiting. Send this one again a little later.' },
  'storage-full': { status: 503, title: 'The ledger has no room left. Its operator has to make some.' },
  'catching-up': { status: 503, title: 'This node is catching up with the others. Send this again in a moment, or to another node.' },
  undecided: {
    status: 503,
    title: 'The other agencies’ nodes cannot be reached. Send the same bytes again: if they are in already, you get the first answer.',
  },
  closing: { status: 503, title: 'The node is stopping. Send this again in a moment.' },
  halted: {
    status: 503,
    title: 'The node has stopped deciding. Send the same bytes again: if they are in already, you get the first answer.',
  },
  'height-not-reached': { status: 503, title: 'What you ask for has not arrived here yet.' },
  'cursor-unknown': {
    status: 409,
    title: 'This node has not come as far as this cursor. It is of another node that is ahead, or of another ledger.',
  },
  'not-signed-yet': { status: 503, title: 'The newest block is not signed yet, and nothing is proven before. Ask again in a moment.' },
  'text-not-here-yet': { status: 503, title: 'If this is a published text, it has not arrived here yet.' },
  'past-not-here-yet': {
    status: 503,
    title: 'If this is in the ledger, it is among old entries that have not arrived here yet. Ask another node, or later.',
  },
  'projection-unavailable': { status: 503, title: 'The lists are being rebuilt. The ledger itself goes on.' },
  'too-many-files': { status: 503, title: 'Too many files are being made. Ask for this one again in a moment.' },
  'too-many-listeners': { status: 503, title: 'Too many pages listen already. Load this one again for what is new.' },
  'certificates-busy': { status: 503, title: 'Too many papers are waiting to be drawn. Ask again in a moment.' },
  'text-withdrawn': { status: 410, title: 'This text has been withdrawn.' },
  'tus-version': { status: 412, title: 'Documents are sent by tus 1.0.0, which each request has to say.' },
  'document-damaged': { status: 500, title: 'What is kept of this document is not what was put there. Its operator has to look into it.' },
  internal: { status: 500, title: 'Something failed inside this node.' },
} as const;
export type ApiCode = keyof typeof API_CODES;

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

export function problem(code: ApiCode, detail?: string, more: Readonly<Record<string, unknown>> = {}): Problem {
  const { status, title } = API_CODES[code];
  const base = { type: `urn:tabularium:problem:${code}`, title, status, code };
  return detail === undefined ? { ...base, ...more } : { ...base, detail, ...more };
}

/** Thrown in handlers, answered by the error handler. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.title);
    this.problem = problem;
    this.headers = headers;
  }
}

/** Throws the problem of a code. */
export function fail(code: ApiCode, detail?: string, headers?: Readonly<Record<string, string>>): never {
  throw new ProblemError(problem(code, detail), headers);
}
