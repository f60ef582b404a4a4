/** One character of a proof changed, for whoever wants to see that it is noticed: in the middle of the longest line, where what was signed stands. */

export interface OneCharacter {
  readonly text: string;
  /** Counted from 1. */
  readonly at: number;
  readonly was: string;
  readonly now: string;
}

/** Undefined where there is nothing to change. */
export function changeOneCharacter(text: string): OneCharacter | undefined {
  const longest = text.split('\n').reduce((long, line) => (line.length > long.length ? line : long), '');
  if (longest === '') return undefined;
  const at = text.indexOf(longest) + Math.floor(longest.length / 2);
  const was = text[at] as string;
  const now = was === 'A' ? 'B' : 'A';
  return { text: text.slice(0, at) + now + text.slice(at + 1), at: at + 1, was, now };
}

/** The text as it was before. */
export function putBack({ text, at, was }: OneCharacter): string {
  return text.slice(0, at - 1) + was + text.slice(at);
}
