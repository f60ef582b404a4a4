/** Reads the feed from a cursor on, block by block. Bounded in rows, bytes and blocks; what was not read yet is never passed over. */
import type { StoredEvent } from '@tabularium/kernel';
import { cursorText, type FeedCursor, parseCursor } from './feed-cursor.ts';
import { groupsOf, type Happening, happeningOf } from './happening.ts';

/** The ledger as the feed sees it. */
export interface FeedSource {
  readonly origin: string;
  /** Newest block that may be told of. */
  height(): number;
  /** Undefined where the block is not here. */
  block(height: number): { readonly time: number; readonly first: number } | undefined;
  events(height: number): readonly StoredEvent[];
  /** Heights whose events are on their way to a node that came by a snapshot. */
  missing(): { readonly from: number; readonly to: number } | undefined;
}

export interface FeedPage {
  /** In the order of the log. */
  readonly happenings: readonly Happening[];
  readonly next: FeedCursor;
  /** Nothing more is there yet. */
  readonly isNewest: boolean;
}

/** Text of a page is about so much at most, characters of JSON; one happening may be longer. */
const PAGE_CHARS = 1024 * 1024;
/** Blocks without anything that one page passes over. */
const BLOCKS_MAX = 1_000;

/**
 * What comes after a cursor. `ahead`: this node has not come so far; `missing`: the blocks are still on their way here; `unknown`: no
 * reader of this ledger can stand there.
 */
export function readFeed(source: FeedSource, after: FeedCursor, limit: number): FeedPage | 'ahead' | 'missing' | 'unknown' {
  const top = source.height();
  if (after.height > top) return 'ahead';
  const missing = source.missing();
  const happenings: Happening[] = [];
  let next = after;
  let chars = 0;
  for (let height = Math.max(after.height, 1), passed = 0; height <= top; height++, passed++) {
    if (missing !== undefined && height >= missing.from && height <= missing.to)
      return happenings.length === 0 ? 'missing' : { happenings, next, isNewest: false };
    const told = toldIn(source, height);
    const seen = height === after.height ? after.seen : 0;
    if (seen > told.count) return 'unknown';
    for (let nth = seen + 1; nth <= told.count; nth++) {
      if (happenings.length >= limit || chars >= PAGE_CHARS) return { happenings, next, isNewest: false };
      const happening = told.at(nth);
      happenings.push(happening);
      chars += JSON.stringify(happening).length;
      next = { height, seen: nth };
    }
    if (told.count === 0) next = { height, seen: 0 };
    if (passed >= BLOCKS_MAX) return { happenings, next, isNewest: height === top };
  }
  return { happenings, next, isNewest: true };
}

/** One happening by its id. Undefined where there is none. */
export function happeningAt(source: FeedSource, id: string): Happening | undefined {
  const cursor = parseCursor(id);
  if (cursor === undefined || cursor.seen === 0 || cursor.height < 1 || cursor.height > source.height()) return undefined;
  const told = toldIn(source, cursor.height);
  return cursor.seen > told.count ? undefined : told.at(cursor.seen);
}

/** The cursor of whoever wants only what is new. */
export function newestCursor(source: FeedSource): FeedCursor {
  const height = source.height();
  return { height, seen: height === 0 ? 0 : toldIn(source, height).count };
}

function toldIn(source: FeedSource, height: number): { readonly count: number; at(nth: number): Happening } {
  const block = source.block(height);
  if (block === undefined) throw new Error(`block ${cursorText({ height, seen: 0 })} is not here`);
  const groups = groupsOf(source.events(height));
  const place = { origin: source.origin, height, ...block };
  return { count: groups.length, at: (nth) => happeningOf(groups[nth - 1] as StoredEvent[], nth, place) };
}
