/**
 * Where a reader of the feed stands: so many happenings of a block it has seen, and all of the blocks before. It is read off the ledger alone,
 * so it means the same after a restart, in a replica and at another node of the same ledger.
 */

export interface FeedCursor {
  readonly height: number;
  /** Happenings of that block that were seen. */
  readonly seen: number;
}

/** Before everything. */
export const START: FeedCursor = { height: 0, seen: 0 };

/** `<height>-<seen>`; also the id of the last happening seen. */
export function cursorText({ height, seen }: FeedCursor): string {
  return `${height}-${seen}`;
}

/** Undefined where the text is no cursor. */
export function parseCursor(text: string): FeedCursor | undefined {
  const match = /^(0|[1-9][0-9]{0,14})-(0|[1-9][0-9]{0,8})$/.exec(text);
  return match === null ? undefined : { height: Number(match[1]), seen: Number(match[2]) };
}

/** A type, or the beginning of one before `.*`; `*` fits all. */
export function isTypePattern(text: string): boolean {
  return text.length <= 128 && /^(?:\*|[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*(?:\.\*)?)$/.test(text);
}

/** Whether one of the types fits one of the patterns; without patterns, each does. */
export function typesFit(patterns: readonly string[], types: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => {
    if (pattern === '*') return true;
    const begin = pattern.endsWith('.*') ? pattern.slice(0, -1) : undefined;
    return types.some((type) => (begin === undefined ? type === pattern : type.startsWith(begin)));
  });
}
