/**
 * Bundles: one transaction, many items, all or nothing (DESIGN §4). Each item is decided on what the items before it
 * left, by folding their events on an overlay with the same `evolve` the kernel will use; so the four hundredth payment
 * cannot spend what the first has taken. A refused item changes nothing and does not stop the others from being
 * looked at: the answer names every one that is refused.
 */
import { accept, type Decision, isRefused, type Refusal, type Stored } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import type { EventType } from './events.ts';
import { evolve, type RecordDraft } from './evolve.ts';
import type { Reader } from './state.ts';

class Overlay implements RecordDraft {
  readonly #base: Reader;
  readonly #changed = new Map<string, JsonObject>();

  constructor(base: Reader) {
    this.#base = base;
  }

  get<T extends JsonObject>(collection: string, id: string): Stored<T> | undefined {
    const changed = this.#changed.get(`${collection}/${id}`);
    return changed === undefined ? this.#base.get<T>(collection, id) : (changed as Stored<T>);
  }

  put(collection: string, id: string, value: JsonObject): void {
    this.#changed.set(`${collection}/${id}`, value);
  }

  /** Deadlines do not change what later items may do: the kernel sets them when it folds the same events. */
  schedule(): void {}
  unschedule(): void {}
}

/** Decides each item in turn; refused if any is, with the first refusal's code and all of them in `items`. */
export function decideBundle<I>(items: readonly I[], view: Reader, decideItem: (item: I, view: Reader) => Decision): Decision {
  if (items.length === 1) return withItems([decideItem(items[0] as I, view)]);
  const overlay = new Overlay(view);
  return withItems(
    items.map((item) => {
      const decision = decideItem(item, overlay);
      if (!isRefused(decision))
        for (const { type, data } of decision.events)
          (evolve[type as EventType] as (data: unknown, draft: RecordDraft) => void)(data, overlay);
      return decision;
    }),
  );
}

function withItems(decisions: readonly Decision[]): Decision {
  const items: { item: number; code: string; rule: string; facts?: Refusal['facts'] & object }[] = [];
  for (const [item, decision] of decisions.entries()) if (isRefused(decision)) items.push({ item, ...decision.refused });
  const first = items[0];
  if (first === undefined) return accept(decisions.flatMap((decision) => (isRefused(decision) ? [] : decision.events)));
  const { item: _, ...refusal } = first;
  return { refused: { ...refusal, items } };
}
