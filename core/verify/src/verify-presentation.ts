/**
 * Offline verification of a presentation (docs/spec/presentation.md): fields that an entry of the ledger holds hidden, shown by their disclosures.
 *
 * It proves what the receipt proves, and that these fields, with these values, are what was submitted. It does not prove that they are true, nor
 * that who shows them is whom they are about: that only where the holder's key signed for this checker, and the checker asked for it.
 */
import type { Seal } from '@tabularium/log';
import {
  type Crypto,
  HOLDER_KEY,
  type JsonObject,
  type KeyBinding,
  type Presentation,
  type PublicJwk,
  parsePresentation,
  parsePublicJwk,
  readKeyBinding,
  readShown,
  type ShownField,
  type ShownFields,
  shownDigest,
  thumbprint,
} from '@tabularium/protocol';
import { MAX_CLOCK_SKEW_SECONDS, textOf } from './trusted-checkpoint.ts';
import { PRESENTATION_CODES, type PresentationCode } from './verify-codes.ts';
import { type FactDemand, type VerifiedFact, verifyFact } from './verify-fact.ts';
import { type VerifiedReceipt, verifyReceipt } from './verify-receipt.ts';

export interface PresentationDemand {
  /** tlog-policy text: whose word counts. */
  readonly policy: string;
  readonly crypto: Crypto;
  /** Seconds since the epoch: what bears a later time does not count. */
  readonly nowSeconds?: number;
  /** The holder must have signed for this checker. */
  readonly audience?: string;
  /** The holder must have signed this number, made new by the checker. */
  readonly nonce?: string;
  /** Needs `nowSeconds`. The holder's signature, and the fact beside, may be no older; one of them must be there. */
  readonly maxAgeSeconds?: number;
  /** Whoever knows the entry's module reads by its schema (`readShownBySchema`); undefined where it is not known after all. */
  readonly read?: (action: string, body: JsonObject, disclosures: readonly string[]) => ShownFields | undefined;
}

export interface VerifiedPresentation {
  readonly ok: true;
  /** The entry, by whom and where recorded, who saw it. */
  readonly receipt: VerifiedReceipt;
  readonly shown: readonly ShownField[];
  /** Fields that stay hidden; some of them may never have been filled, which nobody can tell. */
  readonly hidden: number;
  /** Where the holder signed: for whom, and by which key. */
  readonly holder?: Omit<KeyBinding, 'shown'> & { readonly kid: string };
  /** Where a fact lies beside: the record as it is now, as this entry wrote it. */
  readonly record?: {
    readonly key: string;
    readonly seal: Seal;
    /** What the module calls the state that it is in, where it has one: `registered`. */
    readonly state?: string;
    readonly seenAt?: number;
  };
}

/** `detail` is a plain sentence, with what failed inside where there is more to say. No field or value stands in it. */
export interface RefusedPresentation {
  readonly ok: false;
  readonly code: PresentationCode;
  readonly detail: string;
}

/** Total: never throws for anything in the presentation; RangeError for an age without a clock, a mistake of the caller. */
export function verifyPresentation(
  presentation: string | Uint8Array,
  demand: PresentationDemand,
): VerifiedPresentation | RefusedPresentation {
  const { policy, crypto, nowSeconds, maxAgeSeconds } = demand;
  if (maxAgeSeconds !== undefined && nowSeconds === undefined) throw new RangeError('an age needs a clock');
  const text = textOf(presentation);
  if (text === undefined) return refused('text-malformed');
  const parts = parsePresentation(text);
  if (parts === undefined) return refused('presentation-malformed');
  const receipt = verifyReceipt(parts.receipt, policy, crypto, nowSeconds);
  if (!receipt.ok) return { ok: false, code: receipt.code, detail: receipt.detail };
  const { action, body } = receipt.transaction.payload;
  const fields = demand.read?.(action, body, parts.disclosures) ?? readShown(body, parts.disclosures, crypto);
  if (!fields.ok) return refused(fields.code as PresentationCode, fields.path);
  const { shown, hidden } = fields;
  const holder = holderOf(parts, receipt, shown, demand);
  if ('ok' in holder) return holder;
  const record = recordOf(parts, receipt, demand);
  if ('ok' in record) return record;
  if (maxAgeSeconds !== undefined && holder.holder === undefined && record.record === undefined) return refused('key-binding-missing');
  return { ok: true, receipt, shown, hidden, ...holder, ...record };
}

function holderOf(
  { keyBinding, disclosures }: Presentation,
  { entry }: VerifiedReceipt,
  shown: readonly ShownField[],
  { crypto, audience, nonce, nowSeconds, maxAgeSeconds }: PresentationDemand,
): Pick<VerifiedPresentation, 'holder'> | RefusedPresentation {
  if (keyBinding === undefined) return audience === undefined && nonce === undefined ? {} : refused('key-binding-missing');
  const jwk = holderKey(shown);
  if (jwk === undefined) return refused('key-binding-key');
  const read = readKeyBinding(keyBinding, jwk, crypto);
  if (read === undefined) return refused('key-binding-malformed');
  if (!read.signed) return refused('key-binding-signature');
  const { binding } = read;
  if (binding.shown !== shownDigest(entry, disclosures, crypto)) return refused('key-binding-shown');
  if (audience !== undefined && binding.audience !== audience) return refused('key-binding-audience');
  if (nonce !== undefined && binding.nonce !== nonce) return refused('key-binding-nonce');
  if (nowSeconds !== undefined && binding.time > nowSeconds + MAX_CLOCK_SKEW_SECONDS) return refused('key-binding-future');
  if (nowSeconds !== undefined && maxAgeSeconds !== undefined && binding.time < nowSeconds - maxAgeSeconds)
    return refused('key-binding-stale');
  return { holder: { audience: binding.audience, nonce: binding.nonce, time: binding.time, kid: thumbprint(jwk, crypto) } };
}

/** The one holder's key among what is shown: of two, nobody could say whose signature was asked for. */
function holderKey(shown: readonly ShownField[]): PublicJwk | undefined {
  const keys = shown.filter(({ name }) => name === HOLDER_KEY);
  return keys.length === 1 ? parsePublicJwk(keys[0]?.value ?? null)?.jwk : undefined;
}

function recordOf(
  { fact }: Presentation,
  { transaction, checkpoint }: VerifiedReceipt,
  { policy, crypto, nowSeconds, maxAgeSeconds }: PresentationDemand,
): Pick<VerifiedPresentation, 'record'> | RefusedPresentation {
  if (fact === undefined) return {};
  const age: FactDemand = {
    ...(nowSeconds === undefined ? {} : { nowSeconds }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
  const checked = verifyFact(fact, policy, crypto, age);
  if (!checked.ok) return refused('fact-invalid', checked.code);
  if (checked.checkpoint.origin !== checkpoint.origin || !isWrittenBy(checked, transaction.name)) return refused('fact-unrelated');
  const { key, seal, seenAt, value } = checked;
  const { standing, state } = value as JsonObject;
  if (standing !== undefined || (typeof state === 'string' && ENDED.has(state))) return refused('fact-not-in-force');
  return { record: { key, seal, ...(typeof state === 'string' ? { state } : {}), ...(seenAt === undefined ? {} : { seenAt }) } };
}

/** States in which what an entry says never held, or holds no more, whichever module calls them so. */
const ENDED: ReadonlySet<string> = new Set([
  'annulled',
  'disposed',
  'duplicate',
  'refused',
  'rejected',
  'revoked',
  'superseded',
  'withdrawn',
]);

/** Every record names the transaction that wrote it last; one that others have written since may name in `entry` the one whose fields it has. */
function isWrittenBy({ value }: VerifiedFact, name: string): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { tx, entry } = value as JsonObject;
  return tx === name || entry === name;
}

function refused(code: PresentationCode, inside?: string): RefusedPresentation {
  const detail = PRESENTATION_CODES[code];
  return { ok: false, code, detail: inside === undefined || inside === '' ? detail : `${detail} (${inside})` };
}
