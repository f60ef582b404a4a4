/** What a module's generators look at: its own records, read straight from state. */
import type { StateReader, Stored, View } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';

export function stateView(module: string, state: StateReader): View {
  const parse = <T extends JsonObject>(text: string): Stored<T> => JSON.parse(text) as Stored<T>;
  return {
    get: <T extends JsonObject>(collection: string, id: string) => {
      const text = state.get(`${module}/${collection}/${id}`);
      return text === undefined ? undefined : parse<T>(text);
    },
    scan: <T extends JsonObject>(collection: string, { prefix = '', after, limit }: { prefix?: string; after?: string; limit: number }) => {
      const base = `${module}/${collection}/`;
      const start = after !== undefined && after >= prefix ? `${base}${after}\u0000` : `${base}${prefix}`;
      return state
        .scan(start, `${base}${prefix}\u007f`, limit)
        .map(([key, text]) => ({ id: key.slice(base.length), value: parse<T>(text) }));
    },
    ask: () => {
      throw new Error('generators ask no neighbours');
    },
  };
}
