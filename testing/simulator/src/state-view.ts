/** What a module's generators look at: its own records, read straight from state. */
import type { StateReader, Stored, View } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';

export function stateView(module: string, state: StateReader): View {
  /** Records are looked at far more often than they change. */
  const read = new Map<string, { readonly text: string; readonly record: unknown }>();
  const parse = <T extends JsonObject>(key: string, text: string): Stored<T> => {
    const known = read.get(key);
    if (known?.text === text) return known.record as Stored<T>;
    const record = JSON.parse(text) as Stored<T>;
    read.set(key, { text, record });
    return record;
  };
  return {
    get: <T extends JsonObject>(collection: string, id: string) => {
      const key = `${module}/${collection}/${id}`;
      const text = state.get(key);
      return text === undefined ? undefined : parse<T>(key, text);
    },
    scan: <T extends JsonObject>(collection: string, { prefix = '', after, limit }: { prefix?: string; after?: string; limit: number }) => {
      const base = `${module}/${collection}/`;
      const start = after !== undefined && after >= prefix ? `${base}${after}\u0000` : `${base}${prefix}`;
      return state
        .scan(start, `${base}${prefix}\u007f`, limit)
        .map(([key, text]) => ({ id: key.slice(base.length), value: parse<T>(key, text) }));
    },
    ask: () => {
      throw new Error('generators ask no neighbours');
    },
  };
}
