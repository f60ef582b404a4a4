/**
 * How events change state: each holds the records as they stand afterwards. What does not fit what is there is a broken invariant and throws,
 * which stops the machine before anything is written.
 */
import type { Draft } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { EVENT_TYPES, type EventData, type EventType } from './events.ts';

function write({ records }: EventData, draft: Draft): void {
  for (const { collection, id, value, isNew = false, deadlines = {} } of records) {
    if (isNew === (draft.get(collection, id) !== undefined)) {
      throw new Error(`records/${collection}/${id} is ${isNew ? 'already' : 'not'} there.`);
    }
    draft.put(collection, id, value as JsonObject);
    for (const [handler, due] of Object.entries(deadlines)) {
      if (due === null) draft.unschedule(handler, collection, id);
      else draft.schedule(handler, collection, id, due);
    }
  }
}

export const evolve = Object.fromEntries(EVENT_TYPES.map((type) => [type, write])) as Readonly<Record<EventType, typeof write>>;
