/** The form of what a peer answers. It may lie; it may not surprise. */
import { RECEIVED, type Received } from './cosignature-book.ts';
import type { ChangedKey } from './exchange-door.ts';
import { ExchangeError } from './exchange-error.ts';

/** What any key of state fits, generously: one may be told on a terminal, in logs and in `outvoted.json`. */
const STATE_KEY = /^[\x21-\x7e]{1,512}$/;

export function malformed(): never {
  throw new ExchangeError('answer-malformed', 'the peer answers what no node answers');
}

export function asText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return malformed();
  }
}

export function asReceived(bytes: Uint8Array): Received {
  const { received } = asObject(parseAnswer(bytes));
  return RECEIVED.find((one) => one === received) ?? malformed();
}

export function asChanges(bytes: Uint8Array): readonly ChangedKey[] {
  return asArray(parseAnswer(bytes)).map((one) => {
    const { key, leaf } = asObject(one);
    if (typeof key !== 'string' || !STATE_KEY.test(key) || !(leaf === null || (typeof leaf === 'string' && /^[0-9a-f]{64}$/.test(leaf))))
      return malformed();
    return { key, leaf };
  });
}

export function parseAnswer(bytes: Uint8Array): unknown {
  const text = asText(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return malformed();
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : malformed();
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : malformed();
}
