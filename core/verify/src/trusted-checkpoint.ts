/** The step that receipts and facts share: a checkpoint that the verifier's policy accepts, and times that can be true. */
import { type Checkpoint, type Cosigner, checkPolicy, parsePolicy } from '@tabularium/log';
import { type Crypto, decodeUtf8 } from '@tabularium/protocol';

/** Cosigners' clocks may be ahead of the verifier's by this much. */
export const MAX_CLOCK_SKEW_SECONDS = 300;

export type TrustCode =
  | 'policy-malformed'
  | 'checkpoint-malformed'
  | 'log-unknown'
  | 'log-signature-missing'
  | 'signature-invalid'
  | 'quorum-not-met'
  | 'cosignature-future';

export type TrustedCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly cosigners: readonly Cosigner[] }
  /** `detail` names the policy's line or code where that is what failed. */
  | { readonly ok: false; readonly code: TrustCode; readonly detail?: string };

/** `note` is the signed checkpoint. Without `nowSeconds` no time is judged. */
export function trustCheckpoint(note: string, policyText: string, crypto: Crypto, nowSeconds: number | undefined): TrustedCheckpoint {
  const parsed = parsePolicy(policyText, crypto);
  if (!parsed.ok) return { ok: false, code: 'policy-malformed', detail: `${parsed.code}, line ${parsed.line}` };
  const check = checkPolicy(parsed.policy, note, crypto);
  if (!check.ok) return check;
  if (check.extensions.length > 0) return { ok: false, code: 'checkpoint-malformed', detail: 'extension lines' };
  const { origin, size, root, cosigners } = check;
  const checkpoint = { origin, size, root };
  const latest = nowSeconds === undefined ? Number.POSITIVE_INFINITY : nowSeconds + MAX_CLOCK_SKEW_SECONDS;
  const early = cosigners.find(({ time }) => time > latest);
  if (early === undefined) return { ok: true, checkpoint, cosigners };
  // One cosigner's wrong clock must not spoil what the others say: it is passed over where they are enough.
  const inTime = checkPolicy(parsed.policy, note, crypto, latest);
  return inTime.ok ? { ok: true, checkpoint, cosigners: inTime.cosigners } : { ok: false, code: 'cosignature-future', detail: early.name };
}

/** Bytes of a file that could still be a receipt or a fact. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The text of a file as it was read: bytes must be well-formed UTF-8, so that no byte is lost on the way. */
export function textOf(file: string | Uint8Array): string | undefined {
  if (typeof file === 'string') return file.isWellFormed() ? file : undefined;
  return file.length > MAX_FILE_BYTES ? undefined : decodeUtf8(file);
}
