/**
 * Holds what a vault has against the log (docs/operate/vault.md "What an audit finds"): every holding opens in its place, each of its disclosures
 * has its digest in the entry, nothing is held of an erased case or of no entry, and what must be there is. It names entries and digests, and
 * nothing of a person.
 */
import type { StateReader } from '@tabularium/kernel';
import type { AuditedHolding, AuditedHoldings } from '@tabularium/vault';
import { CASES, isErased } from '../vault-settlement.ts';
import type { PersonalHolder } from './declared-texts.ts';
import { differs } from './difference.ts';
import { isTextOf } from './text-auditor.ts';

/** A vault beside a ledger that may go on while it is audited. */
export interface AuditedVault {
  readonly holdings: Pick<AuditedHoldings, 'all' | 'again'>;
  /** The ledger, as it is now: index of the entry of this name. */
  readonly entryNow: (tx: string) => number | undefined;
  /** A record of the ledger as it is now. */
  readonly recordNow: (key: string) => string | undefined;
}

export interface VaultFindings {
  readonly held: number;
  /** Holdings whose key is not at hand. */
  readonly closed: number;
}

/** What the log led to. */
export interface AuditedLedger {
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  readonly records: StateReader;
  /** Of several agencies each holds what it took, and the log does not say which that was. */
  readonly isAlone: boolean;
}

type Place = PersonalHolder & { readonly found: Set<string> };

export class VaultAuditor {
  readonly #places = new Map<string, Place>();

  /** Objects of a ledger's log that have fields of a person. */
  add(origin: string, holders: readonly PersonalHolder[]): void {
    for (const holder of holders) this.#places.set(keyOf(origin, holder), { ...holder, found: new Set() });
  }

  async compare(vault: AuditedVault, ledger: AuditedLedger, onProgress: (done: number) => void): Promise<VaultFindings> {
    const { records, isAlone } = ledger;
    let [held, closed] = [0, 0];
    for await (const holding of vault.holdings.all()) {
      if (held % 1_000 === 0) onProgress(held);
      if (this.#faultOf(holding, records) !== undefined) await this.#lookAgain(holding, vault, ledger);
      held++;
      if (holding.content === 'closed') closed++;
    }
    if (isAlone && closed === 0) this.#compareRequired(vault, records);
    return { held, closed };
  }

  #faultOf({ row, content }: AuditedHolding, records: StateReader): Fault | undefined {
    const place = this.#places.get(keyOf(row.origin, row));
    if (place === undefined) {
      // What waits for its entry is of none yet.
      if (row.live === 0) return undefined;
      return { place: `holding ${row.id}`, detail: `the log has no entry ${row.tx} with fields of a person at ${at(row.path)}`, where: {} };
    }
    const { index, path } = place;
    const named = { place: `what the vault holds of entry ${index} at ${at(path)}`, where: { index } };
    if (isErased(records.get(`${CASES}${row.case}`))) return { ...named, detail: 'its case was erased, and it is still held' };
    if (row.case !== place.case) return { ...named, detail: 'it is held under another case than its entry says' };
    if (content === 'closed') return undefined;
    if (content === 'damaged') return { ...named, detail: 'it does not open: it was changed, or put in the place of another' };
    for (const disclosure of content.disclosures) {
      const digest = place.digests.find((one) => isTextOf(one, disclosure));
      if (digest === undefined) return { ...named, detail: 'a disclosure is not one that the entry has the digest of' };
      place.found.add(digest);
    }
    return undefined;
  }

  /** It may have come, or gone, since the log was read. */
  async #lookAgain(seen: AuditedHolding, { holdings, entryNow }: AuditedVault, { origin, size, records }: AuditedLedger): Promise<void> {
    const now = await holdings.again(seen);
    const fault = now === undefined ? undefined : this.#faultOf(now, records);
    if (fault === undefined) return;
    const isNewer = fault.where.index === undefined && seen.row.origin === origin && (entryNow(seen.row.tx) ?? 0) >= size;
    if (isNewer) return;
    differs('holding', fault.place, fault.detail, fault.where);
  }

  #compareRequired({ recordNow }: AuditedVault, records: StateReader): void {
    for (const { index, path, case: handle, found, least } of this.#places.values()) {
      if (found.size >= least || [records.get(`${CASES}${handle}`), recordNow(`${CASES}${handle}`)].some(isErased)) continue;
      const detail = `${least} fields of a person must be there, and the vault holds ${found.size}`;
      differs('holding', `what the vault holds of entry ${index} at ${at(path)}`, detail, { index });
    }
  }
}

interface Fault {
  readonly place: string;
  readonly detail: string;
  readonly where: { readonly index?: number };
}

function keyOf(origin: string, { tx, path }: Pick<PersonalHolder, 'tx' | 'path'>): string {
  return `${origin} ${tx} ${path}`;
}

function at(path: string): string {
  return path === '' ? 'the body' : path;
}
