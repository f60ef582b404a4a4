/**
 * Holds the published texts that a source shows against the digests of the log (docs/spec/disclosure.md "What an audit can tell"). A text
 * that is shown has its digest; one said to be withdrawn was withdrawn in the log. A digest without a text may be a decoy: the log cannot
 * tell, so these are listed, and an auditor who kept the list of an earlier audit learns from it which text has gone since.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { type StateReader, WITHDRAWN_TEXTS } from '@tabularium/kernel';
import { disclosureDigest } from '@tabularium/protocol';
import type { AuditSource } from './audit-source.ts';
import type { TextHolder } from './declared-texts.ts';
import { differs } from './difference.ts';

/** Digests asked for at the same time. */
const PARALLEL = 16;

/** A digest of the log under which no text can be read, and which was not withdrawn. */
export interface TextlessDigest {
  /** The ledger whose log it stands in: this one, or one before it. */
  readonly origin: string;
  /** Leaf index. */
  readonly index: number;
  readonly digest: string;
}

export interface TextFindings {
  readonly published: number;
  readonly withdrawn: number;
  /** Decoys, or texts that are gone. */
  readonly without: readonly TextlessDigest[];
  /** How many leaves of each ledger were looked at, by origin. */
  readonly leaves: Readonly<Record<string, number>>;
}

/** What an earlier audit said of texts. */
export type EarlierTexts = Pick<TextFindings, 'without' | 'leaves'>;

export class TextAuditor {
  readonly #holders: (TextHolder & { readonly origin: string })[] = [];
  readonly #leaves: Record<string, number> = {};
  readonly #without: TextlessDigest[] = [];
  #published = 0;
  #withdrawn = 0;

  /** Objects with digests of a ledger's log. */
  add(origin: string, holders: readonly TextHolder[]): void {
    for (const holder of holders) this.#holders.push({ origin, ...holder });
  }

  /** A ledger's log has been read to its end. */
  end(origin: string, size: number): void {
    this.#leaves[origin] = size;
  }

  /** Looks every digest up. `records` and `policy`: as the whole log leads to them. */
  async compare(
    source: AuditSource,
    { records, policy }: { readonly records: StateReader; readonly policy: string },
    earlier: EarlierTexts | undefined,
    onProgress: (done: number, total: number) => void,
  ): Promise<TextFindings> {
    const all = this.#holders;
    for (let from = 0; from < all.length; from += PARALLEL) {
      if (from % (PARALLEL * 64) === 0) onProgress(from, all.length);
      // All of them are heard before the first difference in the log's order is told.
      const looked = await Promise.allSettled(
        all.slice(from, from + PARALLEL).map((holder) => this.#look(source, records, policy, holder)),
      );
      for (const one of looked) if (one.status === 'rejected') throw one.reason;
    }
    // Answers come in any order; the list does not.
    const without = this.#without.sort((a, b) => compareText(a.origin, b.origin) || a.index - b.index || compareText(a.digest, b.digest));
    if (earlier !== undefined) compareWithEarlier(without, earlier);
    return { published: this.#published, withdrawn: this.#withdrawn, without, leaves: this.#leaves };
  }

  async #look(
    source: AuditSource,
    records: StateReader,
    policy: string,
    { origin, index, digests, least }: TextHolder & { readonly origin: string },
  ): Promise<void> {
    const textless: string[] = [];
    for (const digest of digests) {
      if (records.get(`${WITHDRAWN_TEXTS}${digest}`) !== undefined) {
        this.#withdrawn++;
        continue;
      }
      const shown = await source.text(digest);
      if (shown === undefined) {
        textless.push(digest);
        continue;
      }
      const place = `text ${digest} (entry ${index})`;
      if (shown.kind === 'withdrawn') {
        if (!(await source.withdrawnSince(digest, policy)))
          differs('text', place, 'it is said to be withdrawn, and the log knows of no withdrawal', { index, key: digest });
        this.#withdrawn++;
      } else if (isTextOf(digest, shown.disclosure)) this.#published++;
      else differs('text', place, 'it is not the text that was published under this digest', { index, key: digest });
    }
    // Where more texts must be there than are, these digests hold one that is gone.
    const [first] = textless;
    if (first !== undefined && digests.length - textless.length < least) {
      const names = textless.join(', ');
      differs('text', `text ${names} (entry ${index})`, `${least} were published with this entry, and not all of them are there`, {
        index,
        key: first,
      });
    }
    for (const digest of textless) this.#without.push({ origin, index, digest });
  }
}

/** A digest that had a text then and has none now, and was not withdrawn. */
function compareWithEarlier(without: readonly TextlessDigest[], earlier: EarlierTexts): void {
  const known = new Set(earlier.without.map(({ digest }) => digest));
  for (const { origin, index, digest } of without) {
    if (index >= (earlier.leaves[origin] ?? 0) || known.has(digest)) continue;
    differs('text', `text ${digest} (entry ${index})`, 'it could be read at the earlier audit, and is gone without having been withdrawn', {
      index,
      key: digest,
    });
  }
}

/** Disclosures are ASCII; anything else is nobody's text, and has no digest. */
export function isTextOf(digest: string, disclosure: string): boolean {
  return /^[!-~]+$/.test(disclosure) && disclosureDigest(disclosure, nodeCrypto) === digest;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
