/**
 * One thing that happened in a ledger, as a CloudEvent (CloudEvents 1.0.2, JSON event format): an accepted transaction with all that it
 * caused, a deadline that was reached, or the founding. It names offices and roles, never a person, and holds no text: of what somebody
 * typed, the ledger itself has digests only.
 */
import type { Signer, StoredEvent } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { cursorText } from './feed-cursor.ts';

export interface Happening {
  readonly specversion: '1.0';
  /** Cursor after it: whoever has handled it goes on from here. */
  readonly id: string;
  /** `urn:tabularium:ledger:<origin>`; with `id`, unique for ever. */
  readonly source: string;
  /** The first event that is a module's own; the kernel's where there is no other. */
  readonly type: string;
  /** State key of the first record of its own module that this event wrote. */
  readonly subject?: string;
  /** Block time, RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: HappeningData;
}

export interface HappeningData {
  readonly kind: 'entry' | 'deadline' | 'founding';
  readonly height: number;
  /** Log index; a deadline has no entry. */
  readonly index?: number;
  /** Name of the transaction or deadline. */
  readonly name: string;
  /** What was signed. */
  readonly action: string;
  readonly signers: readonly { readonly role: string; readonly office: string; readonly agency: string }[];
  readonly events: readonly { readonly type: string; readonly data: JsonObject; readonly keys: readonly string[] }[];
  /** State keys of the records that it wrote or removed, each once. */
  readonly changed: readonly string[];
}

export interface HappeningPlace {
  readonly origin: string;
  readonly height: number;
  /** Block time, ms UTC. */
  readonly time: number;
  /** Log index of the block's first leaf. */
  readonly first: number;
}

/** A block's events, those of one happening together, in the order of the block. */
export function groupsOf(events: readonly StoredEvent[]): StoredEvent[][] {
  const groups: StoredEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1)?.[0];
    if (last !== undefined && last.tx === event.tx && last.entry === event.entry) groups.at(-1)!.push(event);
    else groups.push([event]);
  }
  return groups;
}

/** `nth`: which of its block, from 1. */
export function happeningOf(events: readonly StoredEvent[], nth: number, { origin, height, time, first }: HappeningPlace): Happening {
  const [begin] = events;
  if (begin === undefined) throw new Error('a happening has at least one event');
  const told = events.find(({ type }) => !type.startsWith('kernel.')) ?? begin;
  const own = `${told.type.split('.', 1)[0]}/`;
  const subject = told.keys.find((key) => key.startsWith(own)) ?? told.keys[0];
  return {
    specversion: '1.0',
    id: cursorText({ height, seen: nth }),
    source: `urn:tabularium:ledger:${origin}`,
    type: told.type,
    ...(subject === undefined ? {} : { subject }),
    time: new Date(time).toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...kindOf(begin, height, first),
      height,
      name: begin.tx,
      action: begin.action,
      signers: signersOf(events).map(({ role, office, agency }) => ({ role, office, agency })),
      events: events.map(({ type, data, keys }) => ({ type, data, keys })),
      changed: [...new Set(events.flatMap(({ keys }) => keys))],
    },
  };
}

function kindOf({ entry }: StoredEvent, height: number, first: number): Pick<HappeningData, 'kind' | 'index'> {
  if (entry >= 0) return { kind: 'entry', index: first + entry };
  return height === 1 ? { kind: 'founding', index: 0 } : { kind: 'deadline' };
}

/** Everyone whose signature carried it: an approval's events name its proposer too. */
function signersOf(events: readonly StoredEvent[]): readonly Signer[] {
  let most: readonly Signer[] = [];
  for (const { signers } of events) if (signers.length > most.length) most = signers;
  return most;
}
