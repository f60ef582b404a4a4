/** Why a peer gave no answer that can be used. */

/**
 * - `unreachable`: no connection, or it broke.
 * - `timeout`: it took too long.
 * - `wrong-key`: whoever is there has another TLS key than the charter says; nothing was sent.
 * - `refused`: it answered with a problem; `problem` is its code.
 * - `answer-malformed`, `answer-too-large`: it answered what no node of ours answers.
 * - `closed`: this client was closed.
 */
export type ExchangeErrorCode = 'unreachable' | 'timeout' | 'wrong-key' | 'refused' | 'answer-malformed' | 'answer-too-large' | 'closed';

export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly code: ExchangeErrorCode;
  /** Code of the peer's problem details, or its HTTP status where it sent none. */
  readonly problem: string | undefined;

  constructor(code: ExchangeErrorCode, message: string, problem?: string) {
    super(message);
    this.code = code;
    this.problem = problem;
  }
}
