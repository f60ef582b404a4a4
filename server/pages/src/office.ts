/** Whose record this is, from the charter: the office's name in words, and the zone of its clocks. */
import type { JsonObject } from '@tabularium/protocol';
import type { PageLedger } from './page-source.ts';
import { codeWords, type Zone } from './plain-words.ts';

export interface Office {
  readonly office: string;
  readonly zone: Zone;
}

export function officeOf(ledger: Pick<PageLedger, 'charter' | 'origin'>): Office {
  const charter = JSON.parse(ledger.charter) as { readonly name?: string; readonly calendar?: JsonObject };
  const { zone, offsets } = (charter.calendar ?? {}) as unknown as { readonly zone?: string; readonly offsets?: Zone['offsets'] };
  return { office: codeWords(charter.name ?? ledger.origin), zone: { name: zone ?? 'UTC', offsets: offsets ?? [] } };
}
