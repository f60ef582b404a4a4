/**
 * `wake <due>`: what a node gives to consensus so that there is a block when a deadline is due (DESIGN §4 Time), or a snapshot waits for one.
 * The same bytes on every node; no signature, for it can only cause a block, and only when one is due; never a leaf.
 */
import type { Utf8 } from '@tabularium/protocol';

const FORM = /^wake (0|[1-9][0-9]{0,15})$/;
const LONGEST = 'wake '.length + 16;

export function wakeBytes(due: number, utf8: Utf8): Uint8Array {
  return utf8.encode(`wake ${due}`);
}

/** The due time, ms UTC, or undefined for anything else. */
export function readWake(bytes: Uint8Array, utf8: Utf8): number | undefined {
  if (bytes.length > LONGEST || bytes[0] !== 0x77) return undefined;
  try {
    const due = FORM.exec(utf8.decode(bytes))?.[1];
    return due === undefined || !Number.isSafeInteger(Number(due)) ? undefined : Number(due);
  } catch {
    return undefined;
  }
}
