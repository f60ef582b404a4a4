/**
 * One attempt to deliver: a POST to a receiver, over a connection to an address that was checked. The name is resolved here, once; every
 * address it has must be public, and the connection goes to those and no others, so that a name which means something else a moment later
 * changes nothing. Redirects are not followed, answers are not read beyond their status.
 */
import { lookup } from 'node:dns/promises';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-addresses.ts';
import { placeOf } from './receiver-address.ts';

export type FailureCode = 'address-refused' | 'name-unknown' | 'unreachable' | 'tls-untrusted' | 'timed-out' | 'answered';

export type CallOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly status?: number; readonly retryAfterMs?: number };

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name; rejects where it has none. */
export type ResolveName = (hostname: string) => Promise<readonly Address[]>;

export interface CallOptions {
  /** `host:port` of receivers that may be private and without TLS. */
  readonly allow: ReadonlySet<string>;
  /** From the first step to the answer's status. */
  readonly timeoutMs: number;
  readonly resolve?: ResolveName;
  /** ms UTC, for dates in `Retry-After`. */
  readonly now?: () => number;
  readonly signal?: AbortSignal;
}

export interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const byName: ResolveName = (hostname) => lookup(hostname, { all: true, verbatim: true });
/** Errors of TLS by which a certificate is known to be wrong. */
const UNTRUSTED = /^(?:ERR_TLS_|CERT_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

/** Never rejects. */
export async function callReceiver(call: Call, options: CallOptions): Promise<CallOutcome> {
  const { allow, resolve = byName, timeoutMs, signal } = options;
  const url = new URL(call.url);
  const isAllowed = allow.has(placeOf(url));
  if (url.protocol !== 'https:' && !isAllowed) return failed('address-refused');
  const timer = AbortSignal.timeout(timeoutMs);
  const over = signal === undefined ? timer : AbortSignal.any([timer, signal]);
  try {
    const addresses = await inTime(addressesOf(url, resolve), over);
    if (addresses.length === 0) return failed('name-unknown');
    if (!isAllowed && !addresses.every(({ address }) => isPublicAddress(address))) return failed('address-refused');
    return await post(url, call, addresses, over, options.now ?? Date.now);
  } catch (error) {
    if (over.aborted) return failed('timed-out');
    const code = String((error as { readonly code?: unknown }).code ?? '');
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return failed('name-unknown');
    return failed(UNTRUSTED.test(code) ? 'tls-untrusted' : 'unreachable');
  }
}

function failed(code: FailureCode): CallOutcome {
  return { kind: 'failed', code };
}

async function addressesOf({ hostname }: URL, resolve: ResolveName): Promise<readonly Address[]> {
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const family = isIP(literal);
  return family === 0 ? await resolve(hostname) : [{ address: literal, family }];
}

/** A resolver cannot be called off; its answer comes too late. */
function inTime<T>(work: Promise<T>, over: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(over.reason as Error);
    if (over.aborted) return late();
    over.addEventListener('abort', late, { once: true });
    work.then(resolve, reject).finally(() => over.removeEventListener('abort', late));
  });
}

function post(
  url: URL,
  { headers, body }: Call,
  addresses: readonly Address[],
  over: AbortSignal,
  now: () => number,
): Promise<CallOutcome> {
  const checked: LookupFunction = (_hostname, { all }, done) => {
    if (all === true) done(null, addresses as Address[]);
    else done(null, addresses[0]!.address, addresses[0]!.family);
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      // A connection of its own: none that was opened under another check.
      agent: false,
      lookup: checked,
      rejectUnauthorized: true,
      signal: over,
      headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
    });
    request.on('error', reject);
    request.on('response', (answer) => {
      const status = answer.statusCode ?? 0;
      answer.on('error', () => {});
      // What a receiver says beyond its status is nobody's business, and may have no end.
      answer.destroy();
      if (status >= 200 && status < 300) return resolve({ kind: 'delivered', status });
      const retryAfterMs = readRetryAfter(answer.headers['retry-after'], now());
      resolve({ kind: 'failed', code: 'answered', status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    });
    request.end(body);
  });
}

/** RFC 9110 §10.2.3: seconds, or a date. */
export function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
