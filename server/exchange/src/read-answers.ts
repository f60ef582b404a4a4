/** The form of what a peer answers. It may lie; it may not surprise. */
import { nodeCrypto } from '@tabularium/crypto';
import { disclosureDigest } from '@tabularium/protocol';
import type { FoundText } from '@tabularium/texts';
import { RECEIVED, type Received } from './cosignature-book.ts';
import type { ChangedKey } from './exchange-door.ts';
import { ExchangeError } from './exchange-error.ts';

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
  const { received } = asObject(parse(bytes));
  return RECEIVED.find((one) => one === received) ?? malformed();
}

/** The text of this digest, or its withdrawal. */
export function asFoundText(bytes: Uint8Array, digest: string): FoundText {
  const { kind, disclosure, time, ground, case: ofCase, digest: of } = asObject(parse(bytes));
  if (kind === 'text' && typeof disclosure === 'string' && disclosureDigest(disclosure, nodeCrypto) === digest) return { kind, disclosure };
  if (kind === 'withdrawn' && of === digest && Number.isSafeInteger(time) && typeof ground === 'string' && typeof ofCase === 'string') {
    return { kind, digest, time: time as number, ground, case: ofCase };
  }
  return malformed();
}

export function asChanges(bytes: Uint8Array): readonly ChangedKey[] {
  const value = parse(bytes);
  if (!Array.isArray(value)) return malformed();
  return value.map((one) => {
    const { key, leaf } = asObject(one);
    if (typeof key !== 'string' || !(leaf === null || (typeof leaf === 'string' && /^[0-9a-f]{64}$/.test(leaf)))) return malformed();
    return { key, leaf };
  });
}

function parse(bytes: Uint8Array): unknown {
  const text = asText(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return malformed();
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : malformed();
}
