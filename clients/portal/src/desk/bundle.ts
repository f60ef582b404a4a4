/**
 * Many rows, one gesture: which of them the rules allow, what they come to, and in how many transactions they go. One transaction has at most
 * 60 KiB (docs/spec/transaction.md), so a very long bundle goes in parts; each part happens whole or not at all.
 */
import type { JsonObject } from '@tabularium/protocol';
import type { CheckVerdict, Outcome, RefusedItem } from '@tabularium/sdk';
import type { Row } from '../data/api.ts';

/** Bytes of a part's items as JSON; in base64url, a third more. */
const PART_BYTES_MAX = 40_000;
const PART_ITEMS_MAX = 1_000;
/** Items that depend on others may be refused only once those are left out. */
const ROUNDS_MAX = 8;
const LARGEST = 10;

export interface BundleItem {
  readonly id: string;
  readonly row: Row;
  readonly item: JsonObject;
}

/** An item that the dry run refused, and why. */
export interface Exception {
  readonly item: BundleItem;
  readonly refused: RefusedItem & { readonly text?: string };
}

export interface Looked {
  readonly allowed: readonly BundleItem[];
  readonly exceptions: readonly Exception[];
  /** Why none of it may be signed. */
  readonly refused?: Outcome & { readonly kind: 'refused' };
}

/** Asks the rules about all of them, leaves out what they refuse, and asks again about the rest. */
export async function lookAt(items: readonly BundleItem[], ask: (items: readonly JsonObject[]) => Promise<CheckVerdict>): Promise<Looked> {
  const parts = await Promise.all(inParts(items).map((part) => lookAtPart(part, ask)));
  const refused = parts.find((part) => part.refused !== undefined)?.refused;
  return {
    allowed: parts.flatMap(({ allowed }) => allowed),
    exceptions: parts.flatMap(({ exceptions }) => exceptions),
    ...(refused === undefined ? {} : { refused }),
  };
}

async function lookAtPart(part: readonly BundleItem[], ask: (items: readonly JsonObject[]) => Promise<CheckVerdict>): Promise<Looked> {
  let allowed = part;
  const exceptions: Exception[] = [];
  for (let round = 0; round < ROUNDS_MAX && allowed.length > 0; round++) {
    const verdict = await ask(allowed.map(({ item }) => item));
    if (verdict.kind === 'accepted') return { allowed, exceptions };
    if (verdict.kind !== 'refused') throw new Error(verdict.detail);
    const refused = new Map((verdict.items ?? []).map((one) => [one.item, one]));
    if (refused.size === 0) return { allowed: [], exceptions, refused: verdict };
    exceptions.push(...allowed.flatMap((item, n) => (refused.has(n) ? [{ item, refused: refused.get(n)! }] : [])));
    allowed = allowed.filter((_, n) => !refused.has(n));
  }
  return { allowed: [], exceptions };
}

/** In their order, each part small enough for one transaction. */
export function inParts(items: readonly BundleItem[]): readonly (readonly BundleItem[])[] {
  const parts: BundleItem[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of items) {
    const size = JSON.stringify(one.item).length + 1;
    if (bytes + size > PART_BYTES_MAX || parts.at(-1)!.length >= PART_ITEMS_MAX) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(one);
    bytes += size;
  }
  return parts;
}

export interface BundleSum {
  readonly currency: string;
  /** Minor units. */
  readonly minor: string;
}

/** What they come to, by currency; nothing where rows have no amount. */
export function sumOf(items: readonly BundleItem[]): readonly BundleSum[] {
  const sums = new Map<string, bigint>();
  for (const { row } of items) {
    if (typeof row.amount !== 'string' || typeof row.currency !== 'string') continue;
    sums.set(row.currency, (sums.get(row.currency) ?? 0n) + BigInt(row.amount));
  }
  return [...sums].map(([currency, minor]) => ({ currency, minor: minor.toString() }));
}

/** The ten largest, largest first. */
export function largestOf(items: readonly BundleItem[]): readonly BundleItem[] {
  const size = ({ row }: BundleItem): bigint => (typeof row.amount === 'string' && /^-?\d+$/.test(row.amount) ? BigInt(row.amount) : 0n);
  return [...items].sort((a, b) => (size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : 0)).slice(0, LARGEST);
}
