/** Errors on the exchange's wire: RFC 9457 problem details with a stable code. They never repeat what was sent. */

export const PROBLEM_TYPE = 'application/problem+json';

/** A closed list. */
export const EXCHANGE_CODES = {
  'unknown-node': { status: 403, title: 'The key of this connection belongs to no node of the charter in force here.' },
  'not-found': { status: 404, title: 'There is nothing at this address.' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method.' },
  'length-required': { status: 411, title: 'A body comes with its length.' },
  'body-too-large': { status: 413, title: 'The body is larger than this address takes.' },
  'request-malformed': { status: 400, title: 'The request does not fit what this address expects.' },
  'method-refused': { status: 403, title: 'This call of CometBFT is not for other nodes.' },
  internal: { status: 500, title: 'Something failed inside this node.' },
} as const;
export type ExchangeCode = keyof typeof EXCHANGE_CODES;

export function problemBody(code: ExchangeCode): string {
  return JSON.stringify({ type: `urn:tabularium:problem:${code}`, ...EXCHANGE_CODES[code], code });
}
