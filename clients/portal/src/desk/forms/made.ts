/** Members that nobody types: opaque random names of cases, made once for each form and item. */
import { randomBytes } from '@tabularium/sdk';
import { hex } from '../../proof/file-digest.ts';
import type { Value, Values } from './body.ts';

/** `paths`: as in `items/payee`. `kept`: what was made before for a place in this form, and is kept there. */
export function withMade(values: Values, paths: readonly string[], kept: Map<string, string>): Values {
  return paths.reduce((filled, path) => fill(filled, path.split('/'), '', kept) as Values, values);
}

function fill(value: Value, [name = '', ...rest]: readonly string[], at: string, kept: Map<string, string>): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map((item, n) => fill(item, [name, ...rest], `${at}.${n}`, kept));
  if (typeof value !== 'object') return value;
  const held = value as Values;
  const here = `${at}.${name}`;
  if (rest.length > 0) return { ...held, [name]: fill(held[name] ?? '', rest, here, kept) };
  const made = kept.get(here) ?? hex(randomBytes(16));
  kept.set(here, made);
  return { ...held, [name]: made };
}
