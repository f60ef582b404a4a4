/**
 * The stamp that draws a sample: one by its number, the first after a day, or the newest; with the root that the record had then, which
 * is put together here from the record's own tiles and fits the newest stamp, so that no address can bring a root of its own.
 */
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { encodeBase64 } from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import { getJson, getText } from '../data/api.ts';
import { fetchTile } from '../proof/fetch-tile.ts';
import { rootAt } from '../proof/log-consistency.ts';

export interface DrawingStamp {
  readonly height: number;
  /** ms UTC. */
  readonly time: number;
  /** Leaf index of the line that the stamp is itself. */
  readonly entry: number;
  /** Base64. */
  readonly root: string;
}

/** What an address asks for; with neither, the newest. */
export interface AskedStamp {
  readonly stamp?: string;
  /** `2026-11-01`. */
  readonly after?: string;
}

/** Why there is none: no such number or day, none closed since that day, or what is shown does not fit together. */
export type NoStamp = 'unknown' | 'to-come' | 'not-whole';

interface Block {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly count: number;
}

/** `zone`: in which the office counts its days. */
export async function stampThatDraws({ stamp, after }: AskedStamp, zone: string): Promise<DrawingStamp | NoStamp> {
  const { height: newest } = await getJson<{ readonly height: number }>('/api/v1/seen');
  const height = after === undefined ? numbered(stamp, newest) : isDay(after) ? await firstAfter(after, newest, zone) : undefined;
  if (height === undefined) return 'unknown';
  if (height > newest) return 'to-come';
  const { time, first, count } = await block(height);
  const entry = first + count;
  const now = parseCheckpoint(parseNote(await getText('/log/checkpoint'))?.text ?? '');
  const root = now === undefined ? undefined : await rootAt(entry + 1, now, fetchTile, nobleCrypto.sha256);
  return root === undefined ? 'not-whole' : { height, time, entry, root: encodeBase64(root) };
}

function numbered(stamp: string | undefined, newest: number): number | undefined {
  if (stamp === undefined) return newest;
  return /^[1-9]\d{0,14}$/.test(stamp) && Number(stamp) <= newest ? Number(stamp) : undefined;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The lowest height whose stamp was closed after that day; one more than the newest where none was. Stamps stand in the order of time. */
async function firstAfter(day: string, newest: number, zone: string): Promise<number> {
  const days = new Intl.DateTimeFormat('sv', { timeZone: zone });
  let [low, high] = [1, newest + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (days.format((await block(middle)).time) > day) high = middle;
    else low = middle + 1;
  }
  return low;
}

function block(height: number): Promise<Block> {
  return getJson<Block>(`/api/v1/blocks/${height}`);
}
