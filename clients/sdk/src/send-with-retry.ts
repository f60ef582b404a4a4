/**
 * One HTTP request, tried again while that can help: no answer, 429, 502, 503, 504. The body is the same each time, and
 * with it the transaction's id, so a request that was carried out without its answer arriving is answered as `repeated`.
 * A server that names a time (`Retry-After`, RFC 9110 §10.2.3) is believed, up to a bound; otherwise waits double, with
 * some randomness so that many clients do not come back together.
 */

/** How hard to try. */
export interface RetryOptions {
  /** Tries in all; default 6. */
  readonly attempts?: number;
  /** Milliseconds before the second try, doubled each time; default 200. */
  readonly backoffMs?: number;
  /** Longest wait between two tries; default 30,000 ms. */
  readonly maxWaitMs?: number;
  /** Milliseconds for one try; default 30,000. */
  readonly timeoutMs?: number;
  readonly wait?: (ms: number) => Promise<void>;
  /** 0 ≤ x < 1. */
  readonly chance?: () => number;
}

/** No answer came, after all tries. */
export class LedgerUnreachable extends Error {
  override readonly name = 'LedgerUnreachable';
}

/** An answer with its body read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const AGAIN = new Set([429, 502, 503, 504]);

/** Sends until there is an answer that another try would not better. Throws `LedgerUnreachable`. */
export async function sendWithRetry(send: Fetch, url: string, init: RequestInit, options: RetryOptions = {}): Promise<HttpAnswer> {
  const { attempts = 6, backoffMs = 200, maxWaitMs = 30_000, timeoutMs = 30_000, wait = sleep, chance = Math.random } = options;
  let answer: HttpAnswer | undefined;
  let detail = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    let pause = backoffMs * 2 ** (attempt - 1) * (0.5 + chance());
    try {
      const response = await send(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      answer = { status: response.status, headers: response.headers, text: await response.text() };
      if (!AGAIN.has(answer.status)) return answer;
      pause = retryAfterMs(answer.headers) ?? pause;
    } catch (error) {
      answer = undefined;
      const { message, cause } = error as Error & { cause?: Error };
      detail = cause?.message || message;
    }
    if (attempt < attempts) await wait(Math.min(pause, maxWaitMs));
  }
  if (answer !== undefined) return answer;
  throw new LedgerUnreachable(`${new URL(url).origin} gives no answer: ${detail}`);
}

/** Milliseconds that `Retry-After` asks for: seconds, or an HTTP date held against the answer's own `Date`. */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^[0-9]{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  const now = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(at) || Number.isNaN(now) ? undefined : Math.max(0, at - now);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
