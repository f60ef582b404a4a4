/**
 * A witness that also looks for itself: it reads the checkpoint that a ledger shows to everyone and holds it against what
 * the node pushed. So a node that shows its witness one history and the public another is found out, and an auditor's
 * machine that nobody can reach from outside still notices a replaced log. What it finds consistent it cosigns, by the
 * same door as a push, and serves under its own address; nothing is pushed to the ledger.
 */
import { formatWitnessRequest, parseCheckpoint, parseNote, TILE_WIDTH, tilePath } from '@tabularium/log';
import { type Crypto, encodeUtf8 } from '@tabularium/protocol';
import { type FetchTile, tileConsistency } from './tile-consistency.ts';
import type { Witness } from './witness.ts';

export interface WatchOptions {
  /** Address of the ledger; its log is under `/log/`. */
  readonly ledgerUrl: string;
  readonly witness: Witness;
  readonly crypto: Crypto;
  readonly fetch?: typeof fetch;
  /** Milliseconds for one request; default 10,000. */
  readonly timeoutMs?: number;
}

/** What one look found. */
export type Sighting =
  | { readonly kind: 'cosigned'; readonly origin: string; readonly size: number }
  /** The ledger shows fewer entries than were cosigned: an old copy, or entries that were taken out. */
  | { readonly kind: 'smaller'; readonly origin: string; readonly size: number; readonly seen: number }
  /** It does not follow from what was cosigned, or is not the ledger's: 422 and 403 of tlog-witness. */
  | { readonly kind: 'refused'; readonly origin: string; readonly size: number; readonly status: number; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string };

interface Shown {
  readonly origin: string;
  readonly size: number;
  /** What was cosigned before. */
  readonly seen: number;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** A checkpoint is short, a tile has 8 KiB. */
const MAX_BYTES = 512 * 1024;

/** Looks once. Never rejects for anything that the ledger answers; rejects when this machine cannot keep what it saw. */
export async function watchOnce(options: WatchOptions): Promise<Sighting> {
  const { witness, crypto } = options;
  const prefix = `${options.ledgerUrl.replace(/\/$/, '')}/log/`;
  const look = await readShown(prefix, options);
  if ('kind' in look) return look;
  const { origin, size, seen, proof, checkpoint } = look;
  const { status, body } = witness.addCheckpoint(encodeUtf8(formatWitnessRequest({ oldSize: seen, proof, checkpoint })));
  if (status === 200) return { kind: 'cosigned', origin, size };
  // 409: a push came in between; the next look will tell.
  if (status === 409) return { kind: 'unreachable', detail: 'a push came in between' };
  return { kind: 'refused', origin, size, status, detail: body.trim() };

  /** The checkpoint that is shown, with a proof from what was seen. */
  async function readShown(base: string, http: WatchOptions): Promise<Shown | Sighting> {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await get(`${base}checkpoint`, http));
      const note = parseNote(text);
      const shown = note === undefined ? undefined : parseCheckpoint(note.text);
      if (shown === undefined) return { kind: 'unreachable', detail: 'what stands under /log/checkpoint is not a checkpoint' };
      const known = witness.seen(shown.origin)?.size ?? 0;
      if (shown.size < known) return { kind: 'smaller', origin: shown.origin, size: shown.size, seen: known };
      const fetchTile: FetchTile = (level, index, width) => getTile(base, level, index, width, http);
      const hashes = await tileConsistency(known, shown.size, fetchTile, crypto.sha256);
      return { origin: shown.origin, size: shown.size, seen: known, proof: hashes, checkpoint: text };
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error };
      return { kind: 'unreachable', detail: cause?.message ?? message };
    }
  }
}

/** A partial tile may be gone once the full one is there, which begins with the same hashes. */
async function getTile(base: string, level: number, index: number, width: number, http: WatchOptions): Promise<Uint8Array> {
  try {
    return await get(base + tilePath(level, index, width), http);
  } catch (error) {
    if (width === TILE_WIDTH) throw error;
    return await get(base + tilePath(level, index), http);
  }
}

/** Looks again and again until `signal` says stop; `onSighting` is told of each. */
export async function watchLedger(
  options: WatchOptions & { readonly everyMs: number; readonly signal: AbortSignal; readonly onSighting: (sighting: Sighting) => void },
): Promise<void> {
  while (!options.signal.aborted) {
    options.onSighting(await watchOnce(options));
    await new Promise<void>((resolve) => {
      if (options.signal.aborted) return resolve();
      const timer = setTimeout(resolve, options.everyMs);
      options.signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}

async function get(url: string, { fetch: send = fetch, timeoutMs = 10_000 }: WatchOptions): Promise<Uint8Array> {
  const response = await send(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!response.ok || response.body === null) throw new Error(`${url} answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error(`${url} answers more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
