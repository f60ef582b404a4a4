/**
 * What the ledger would say of a bundle, without a ledger: the treasury's own `decide` and `evolve`, run over a view that
 * holds only what this run has brought. They are pure functions that the catalogue hands to everyone, so a dry run uses the
 * very rules of the ledger and not a copy of them.
 */
import type { Act, Draft, ModuleDefinition, Refusal, Stored, View } from '@tabularium/kernel';
import { isRefused } from '@tabularium/kernel';
import type { JsonObject, JsonValue } from '@tabularium/protocol';

/** A row of the bundle as it would be kept: its number and all its flags. */
export interface RehearsedRow {
  readonly row: number;
  readonly flags: readonly string[];
}

export type Rehearsed = { readonly rows: readonly RehearsedRow[] } | { readonly refused: Refusal };

/** Nothing of the town's own: an import asks no parameter and no calendar. */
const NO_CHARTER: Act['charter'] = {
  parameter: () => undefined,
  agency: () => undefined,
  date: () => '1970-01-01',
  startOf: () => 0,
  addBusinessDays: (date) => date,
};

export class Rehearsal {
  readonly #module: ModuleDefinition;
  readonly #action: string;
  readonly #records = new Map<string, JsonObject>();
  #count = 0;

  /** `module` and local action name of an import, e.g. the treasury and `import`. */
  constructor(module: ModuleDefinition, action: string) {
    this.#module = module;
    this.#action = action;
  }

  /** Decides a bundle (in its wire form) after all the bundles before it. */
  decide(body: JsonObject): Rehearsed {
    this.#count += 1;
    const name = `rehearsal-${this.#count}`;
    const act: Act = {
      name,
      action: `${this.#module.name}.${this.#action}`,
      signers: [],
      time: 0,
      height: 0,
      newId: () => '0'.repeat(32),
      charter: NO_CHARTER,
    };
    const decision = this.#module.decide[this.#action]!(body, act, this.#view());
    if (isRefused(decision)) return decision;
    const rows: RehearsedRow[] = [];
    for (const { type, data } of decision.events) {
      this.#module.evolve[type]!(data, this.#draft(), { name, time: 0 });
      for (const { value } of (data.rows ?? []) as unknown as readonly { readonly value: RehearsedRow }[])
        rows.push({ row: value.row, flags: value.flags });
    }
    return { rows };
  }

  #view(): View {
    const get = <T extends JsonObject>(collection: string, id: string) => this.#records.get(`${collection}/${id}`) as Stored<T> | undefined;
    return {
      get,
      scan: () => [],
      ask: (port, question): JsonValue => {
        throw new Error(`an import asks no neighbour, but asked ${port}.${question}`);
      },
    };
  }

  #draft(): Draft {
    return {
      ...this.#view(),
      put: (collection, id, value) => {
        this.#records.set(`${collection}/${id}`, value);
      },
      remove: (collection, id) => {
        this.#records.delete(`${collection}/${id}`);
      },
      schedule: () => {},
      unschedule: () => {},
    };
  }
}
