/** What a check does, step by step, as people see it: which step a code of the verifier belongs to, and whose signature it is that does not fit. */
import { checkSignature, isBy, parseFact, parseNote, parsePolicy, parseReceipt, type VerifierKey } from '@tabularium/log';
import { parsePresentation } from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import type { FactVerifyCode, PresentationCode, ReceiptVerifyCode } from '@tabularium/verify';

export type Step = 'form' | 'entry' | 'signature' | 'policy' | 'stamp' | 'seen' | 'place' | 'state' | 'shown' | 'holder' | 'force';

/** In the order in which the verifier takes them. */
export const RECEIPT_STEPS = ['form', 'entry', 'signature', 'policy', 'stamp', 'seen', 'place'] as const satisfies readonly Step[];
export const FACT_STEPS = ['form', 'policy', 'stamp', 'seen', 'place', 'state'] as const satisfies readonly Step[];

/** A receipt's, and then what lies beside it. */
export const SHOWN_STEPS = [...RECEIPT_STEPS, 'shown', 'holder', 'force'] as const satisfies readonly Step[];

export const STEP_OF = {
  'text-malformed': 'form',
  'receipt-malformed': 'form',
  'extra-missing': 'form',
  'extra-malformed': 'form',
  'entry-malformed': 'entry',
  'key-malformed': 'signature',
  'key-mismatch': 'signature',
  'entry-signature-invalid': 'signature',
  'policy-malformed': 'policy',
  'log-unknown': 'policy',
  'checkpoint-malformed': 'stamp',
  'log-signature-missing': 'stamp',
  'signature-invalid': 'stamp',
  'quorum-not-met': 'seen',
  'cosignature-future': 'seen',
  'ledger-mismatch': 'place',
  'inclusion-invalid': 'place',
} as const satisfies Record<ReceiptVerifyCode, Step>;

export const FACT_STEP_OF = {
  'text-malformed': 'form',
  'bundle-too-large': 'form',
  'bundle-malformed': 'form',
  'key-malformed': 'form',
  'state-proof-malformed': 'form',
  'seal-proof-malformed': 'form',
  'policy-malformed': 'policy',
  'log-unknown': 'policy',
  'checkpoint-malformed': 'stamp',
  'log-signature-missing': 'stamp',
  'signature-invalid': 'stamp',
  'quorum-not-met': 'seen',
  'cosignature-future': 'seen',
  'cosignature-stale': 'seen',
  'cosignature-missing': 'seen',
  'seal-malformed': 'place',
  'seal-not-last': 'place',
  'ledger-mismatch': 'place',
  'inclusion-invalid': 'place',
  'state-proof-invalid': 'state',
  'value-malformed': 'state',
} as const satisfies Record<FactVerifyCode, Step>;

/** Of a code that is not a receipt's, what it begins with tells. */
export function shownStepOf(code: PresentationCode): Step {
  if (code === 'presentation-malformed') return 'form';
  if (code.startsWith('disclosure-')) return 'shown';
  if (code.startsWith('key-binding-')) return 'holder';
  return code in STEP_OF ? STEP_OF[code as ReceiptVerifyCode] : 'force';
}

/** Who claims to have signed a stamp, by the policy's name. */
export interface Signer {
  readonly name: string;
  readonly step: 'stamp' | 'seen';
}

/** Of a stamp with a signature that does not fit: whose; the office's own before others'. */
export function unfittingSigner(proof: string | Uint8Array, policyText: string): Signer | undefined {
  const text = typeof proof === 'string' ? proof : new TextDecoder().decode(proof);
  const policy = parsePolicy(policyText, nobleCrypto);
  const checkpoint = checkpointIn(text);
  const note = checkpoint === undefined ? undefined : parseNote(checkpoint);
  if (!policy.ok || note === undefined) return undefined;
  const { logs, witnesses } = policy.policy;
  const unfits = (key: VerifierKey): boolean =>
    note.signatures.some((line) => isBy(line, key) && !checkSignature(key, line.signature, note.text, nobleCrypto).valid);
  const log = logs.find(({ key }) => unfits(key));
  if (log !== undefined) return { name: log.key.name, step: 'stamp' };
  const witness = witnesses.find(({ key }) => unfits(key));
  return witness === undefined ? undefined : { name: witness.name, step: 'seen' };
}

function checkpointIn(text: string): string | undefined {
  const receipt = parseReceipt(parsePresentation(text)?.receipt ?? text);
  if (receipt.ok) return receipt.receipt.checkpoint;
  const fact = parseFact(text);
  return fact.ok ? fact.fact.proof.checkpoint : text;
}
