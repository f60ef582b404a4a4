/**
 * Standing actions that every module's records inherit: withdraw, correct, annul, a court's order, the withdrawal of a text, and taking
 * again what a lost disk forgot. The module says how; the kernel says who, and keeps both versions in sight.
 */
import { checkPolicy, leafHash, parsePolicy, parseReceipt, verifyInclusion } from '@tabularium/log';
import { asciiBytes, type JsonObject, makeBodyChecker, parseTransaction, thumbprint, verifyTransaction } from '@tabularium/protocol';
import type { Body } from './actions.ts';
import { inForce, kernelRefusal, permissionOf } from './authority.ts';
import { no, signerOf } from './decide-together.ts';
import type { InnerStep, KernelAccepted, KernelAct, StandingVerb } from './kernel-act.ts';
import { accept, type Refusal, type Stored, type View } from './module.ts';
import type { KeyRecord, OfficerRecord, ProposalRecord } from './records.ts';

type KernelDecision = KernelAccepted | { readonly refused: Refusal };

/** The record is there, can be treated so, and has not been ended before. */
function standingFault(key: string, verb: StandingVerb, act: KernelAct): { readonly refused: Refusal } | undefined {
  const record = act.recordOf(key);
  if (record === undefined) return no('record-unknown', 'standing');
  if (act.collectionOf(key)?.[verb] === undefined) return no('standing-not-possible', 'standing');
  if (verb !== 'reinstate' && (record.standing === 'annulled' || record.standing === 'withdrawn')) return no('record-annulled', 'standing');
  return undefined;
}

function step(verb: StandingVerb, key: string, change: JsonObject, act: KernelAct, order?: string): InnerStep {
  const base = { kind: 'standing', verb, key, change, signers: act.signers } as const;
  return order === undefined ? base : { ...base, order };
}

function withdraw(body: Body<'withdraw'>, act: KernelAct): KernelDecision {
  const fault = standingFault(body.key, 'withdraw', act);
  if (fault !== undefined) return fault;
  return { events: [{ type: 'record.withdrawn', data: { key: body.key } }], steps: [step('withdraw', body.key, {}, act)] };
}

function correct(body: Body<'correct'>, act: KernelAct): KernelDecision {
  const fault = standingFault(body.key, 'correct', act);
  if (fault !== undefined) return fault;
  const { key, reason } = body;
  return { events: [{ type: 'record.corrected', data: { key, reason } }], steps: [step('correct', key, body.change as JsonObject, act)] };
}

function annul(body: Body<'annul'>, act: KernelAct): KernelDecision {
  const fault = standingFault(body.key, 'annul', act);
  if (fault !== undefined) return fault;
  const { key, reason, dependents } = body;
  const resting = act.dependentsOf(key);
  const unnamed = resting.filter((one) => !dependents.includes(one)).length;
  if (unnamed > 0 || dependents.length !== resting.length)
    return no('dependents-not-shown', 'dependents', { resting: resting.length, unnamed });
  return { events: [{ type: 'record.annulled', data: { key, reason } }], steps: [step('annul', key, {}, act)] };
}

function orderExecute(body: Body<'order.execute'>, act: KernelAct): KernelDecision {
  const { key, verb, case: number, document } = body;
  if (act.signers.some(({ agency }) => !act.record.review.agencies.includes(agency))) return no('not-review-body', 'review');
  const fault = standingFault(key, verb, act);
  if (fault !== undefined) return fault;
  return {
    events: [{ type: 'order.executed', data: { key, verb, case: number, document, signers: act.signers as unknown as JsonObject[] } }],
    steps: [step(verb, key, (body.change ?? {}) as JsonObject, act, number)],
  };
}

function textWithdraw(body: Body<'text.withdraw'>, act: KernelAct, view: View): KernelDecision {
  if (view.get('text', body.digest) !== undefined) return no('text-withdrawn', 'texts');
  return accept([{ type: 'text.withdrawn', data: { ...body, signers: act.signers as unknown as JsonObject[] } }]);
}

/**
 * Evidence from the predecessor: the old signature and receipt are checked against the trust list its charter named, `exp` against the
 * time beside the receipt's cosignatures, and what it asked for is decided anew in the name of its old signer.
 */
function readmit(body: Body<'readmit'>, act: KernelAct, view: View): KernelDecision {
  const predecessor = act.record.predecessor;
  if (predecessor === undefined) return no('no-predecessor', 'succession');
  const { crypto } = act;
  const parsed = parseTransaction(asciiBytes(body.transaction), crypto);
  if (!parsed.ok || parsed.transaction.payload.ledger !== predecessor.origin) return no('receipt-invalid', 'succession');
  const { transaction } = parsed;
  if (view.get('readmitted', transaction.name) !== undefined) return no('readmitted', 'succession');
  const placed = provenIndex(body.receipt, body.transaction, predecessor.policy, act);
  if (placed === undefined) return no('receipt-invalid', 'succession');
  // What stands before that place was carried over with the state and must not happen twice.
  if (placed.index < predecessor.size) return no('readmitted', 'succession');
  if (transaction.payload.exp <= placed.seconds) return no('receipt-expired', 'succession');

  const key = view.get('key', transaction.kid) as unknown as Stored<KeyRecord & JsonObject> | undefined;
  if (key === undefined) return no('key-unknown', 'identity');
  if (!verifyTransaction(transaction, key as Parameters<typeof verifyTransaction>[1], crypto)) return no('signature-invalid', 'identity');
  const { action } = transaction.payload;
  const definition = act.actionOf(action);
  if (definition === undefined || definition.internal === true || action === 'kernel.readmit') return no('action-unknown', 'form');
  if (!makeBodyChecker(definition.body)(transaction.payload.body).ok) return no('body-invalid', 'form');
  const officer = act.officer(key.holder);
  if (officer?.status !== 'active') return no('officer-left', 'identity');
  const proposal = (id: string) => view.get('proposal', id) as unknown as ProposalRecord | undefined;
  const permission = permissionOf(action, transaction.payload.body, proposal);
  const [role = '', office = ''] = (transaction.payload.as ?? roleFor(officer, permission, act)).split('@');
  const signer = { kid: transaction.kid, officer: key.holder, agency: officer.agency, role, office };
  if (permission !== undefined) {
    const refusal = act.mayStillSign(signer, permission);
    if (refusal !== undefined) return { refused: refusal };
  }
  if (act.signersNeeded(action) > 1)
    return { refused: kernelRefusal('signers-missing', 'four-eyes', { needed: act.signersNeeded(action) }) };
  return {
    events: [{ type: 'readmitted', data: { transaction: transaction.name, index: placed.index } }],
    steps: [{ kind: 'action', action, body: transaction.payload.body, signers: [signer, signerOf(act)], name: transaction.name }],
  };
}

/** The role in which one acts who named none, as the kernel chooses it for any transaction: `role@office`. */
function roleFor({ roles }: OfficerRecord, permission: string | undefined, { record, time }: KernelAct): string {
  const current = roles.filter((term) => inForce(term, time));
  const fitting = permission === undefined ? current[0] : current.find(({ role }) => record.roles[role]?.includes(permission));
  return fitting === undefined ? '@' : `${fitting.role}@${fitting.office}`;
}

/** Where the receipt proves the old entry to stand, and the newest time a cosigner put beside that proof. */
function provenIndex(
  text: string,
  entry: string,
  policyText: string,
  { crypto }: KernelAct,
): { readonly index: number; readonly seconds: number } | undefined {
  const policy = parsePolicy(policyText, crypto);
  const parsed = parseReceipt(text);
  if (!policy.ok || !parsed.ok || parsed.receipt.entry !== entry) return undefined;
  const { receipt } = parsed;
  const checked = checkPolicy(policy.policy, receipt.checkpoint, crypto);
  if (!checked.ok) return undefined;
  const hash = leafHash(asciiBytes(entry), crypto.sha256);
  if (
    !verifyInclusion({ index: receipt.index, size: checked.size, leafHash: hash, proof: receipt.hashes, root: checked.root }, crypto.sha256)
  )
    return undefined;
  const carried = parseTransaction(asciiBytes(entry), crypto);
  if (!carried.ok || thumbprint(receipt.jwk, crypto) !== carried.transaction.kid) return undefined;
  // The earliest cosignature is the nearest to when it was accepted.
  const seconds = Math.min(...checked.cosigners.map(({ time }) => time));
  return { index: receipt.index, seconds };
}

export const records = { withdraw, correct, annul, 'order.execute': orderExecute, 'text.withdraw': textWithdraw, readmit };
