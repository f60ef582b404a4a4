/** A stamp (checkpoint) by itself: whether those whom a policy names have signed it. */
import { checkPolicy, type PolicyCheck, parsePolicy } from '@tabularium/log';
import { nobleCrypto } from '@tabularium/sdk';

export type CheckedStamp =
  | Extract<PolicyCheck, { ok: true }>
  | { readonly ok: false; readonly code: Extract<PolicyCheck, { ok: false }>['code'] | 'policy-malformed' };

export function checkStamp(note: string, policyText: string): CheckedStamp {
  const parsed = parsePolicy(policyText, nobleCrypto);
  return parsed.ok ? checkPolicy(parsed.policy, note, nobleCrypto) : { ok: false, code: 'policy-malformed' };
}
