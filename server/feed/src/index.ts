/** What programs are told of a ledger, one happening after the other. */

export { cursorText, type FeedCursor, isTypePattern, parseCursor, START, typesFit } from './feed-cursor.ts';
export type { Happening, HappeningData } from './happening.ts';
export { type FeedPage, type FeedSource, happeningAt, newestCursor, readFeed } from './read-feed.ts';
