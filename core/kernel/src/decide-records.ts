/**
 * Standing actions that every module's records inherit: withdraw, correct, annul, a court's order, the withdrawal of a text, and taking
 * again what a lost disk forgot. The module says how; the kernel says who, and keeps both versions in sight.
 */
import { checkPolicy, leafHash, parsePolicy, parseReceipt, parseTlogProof, verifyInclusion } from '@tabularium/log';
import {
  asciiBytes,
  type JsonObject,
  makeBodyChecker,
  parseTransaction,
  type Transaction,
  thumbprint,
  verifyTransaction,
} from '@tabularium/protocol';
import type { Body } from './actions.ts';
import { no } from './decide-together.ts';
import type { KernelAccepted, KernelAct, StandingStep, StandingVerb } from './kernel-act.ts';
import { accept, type Refusal, type Stored, type View } from './module.ts';
import type { CharterRecord, KeyRecord } from './records.ts';

type KernelDecision = KernelAccepted | { readonly refused: Refusal };

/** The record is there, can be treated so, and has not been ended before. */
function standingFault(key: string, verb: StandingVerb, act: KernelAct): { readonly refused: Refusal } | undefined {
  const record = act.recordOf(key);
  if (record === undefined) return no('record-unknown', 'standing');
  if (act.collectionOf(key)?.[verb] === undefined) return no('standing-not-possible', 'standing');
  if (verb !== 'reinstate' && (record.standing === 'annulled' || record.standing === 'withdrawn')) return no('record-annulled', 'standing');
  return undefined;
}

/** As `standingFault`, for an office's own doing: it does not reach what a court has suspended. */
function officeFault(key: string, verb: 'withdraw' | 'correct' | 'annul', act: KernelAct): { readonly refused: Refusal } | undefined {
  const fault = standingFault(key, verb, act);
  if (fault !== undefined) return fault;
  return act.recordOf(key)?.standing === 'suspended' ? no('record-suspended', 'suspension') : undefined;
}

function step(verb: StandingVerb, key: string, change: JsonObject, act: KernelAct, order?: string): StandingStep {
  const base = { kind: 'standing', verb, key, change, signers: act.signers } as const;
  return order === undefined ? base : { ...base, order };
}

function withdraw(body: Body<'withdraw'>, act: KernelAct): KernelDecision {
  const fault = officeFault(body.key, 'withdraw', act);
  if (fault !== undefined) return fault;
  return { events: [{ type: 'record.withdrawn', data: { key: body.key } }], steps: [step('withdraw', body.key, {}, act)] };
}

function correct(body: Body<'correct'>, act: KernelAct): KernelDecision {
  const fault = officeFault(body.key, 'correct', act);
  if (fault !== undefined) return fault;
  const { key, reason } = body;
  return { events: [{ type: 'record.corrected', data: { key, reason } }], steps: [step('correct', key, body.change as JsonObject, act)] };
}

function annul(body: Body<'annul'>, act: KernelAct): KernelDecision {
  const fault = officeFault(body.key, 'annul', act);
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
  const fault = standingFault(key, verb, act);
  if (fault !== undefined) return fault;
  const { agencies, quorum = act.signers.length } = act.record.review;
  const reviewing = act.signers.filter(({ agency }) => agencies.includes(agency));
  const [first] = reviewing;
  if (first === undefined || reviewing.length < quorum) return no('not-review-body', 'review', { needed: quorum });
  const order = { key, verb, case: number, document, agency: first.agency, signers: act.signers as unknown as JsonObject[] };
  return {
    events: [{ type: 'order.executed', data: order }],
    steps: [step(verb, key, (body.change ?? {}) as JsonObject, act, number)],
  };
}

function textWithdraw(body: Body<'text.withdraw'>, act: KernelAct, view: View): KernelDecision {
  if (view.get('text', body.digest) !== undefined) return no('text-withdrawn', 'texts');
  return accept([{ type: 'text.withdrawn', data: { ...body, signers: act.signers as unknown as JsonObject[] } }]);
}

/**
 * Evidence from the predecessor: the old signature and receipt are checked against the trust list its charter named, `exp` against the
 * time beside the receipt's cosignatures, and what it asked for is decided anew in the name of its old signer, who must be entitled now.
 * Whoever hands it in adds no signature to it.
 */
function readmit(body: Body<'readmit'>, act: KernelAct, view: View): KernelDecision {
  const { predecessor } = act.record;
  if (predecessor === undefined) return no('no-predecessor', 'succession');
  const parsed = parseTransaction(asciiBytes(body.transaction), act.crypto);
  if (!parsed.ok || parsed.transaction.payload.ledger !== predecessor.origin) return no('receipt-invalid', 'succession');
  const { transaction } = parsed;
  if (view.get('readmitted', transaction.name) !== undefined) return no('readmitted', 'succession');
  const placed = provenPlace(body.receipt, transaction, body.transaction, predecessor, act);
  if (placed === undefined) return no('receipt-invalid', 'succession');
  // What stands before that place was carried over with the state and must not happen twice.
  if (placed.index < predecessor.size) return no('readmitted', 'succession');
  if (transaction.payload.exp <= placed.seconds) return no('receipt-expired', 'succession');
  const decided = decidedAnew(transaction, act, view);
  if (decided !== undefined) return { refused: decided };
  const resolved = act.resolve(transaction);
  if (!resolved.ok) return { refused: resolved.refusal };
  const { name, payload } = transaction;
  return {
    events: [{ type: 'readmitted', data: { transaction: name, index: placed.index } }],
    steps: [{ kind: 'action', action: payload.action, body: payload.body, signers: [resolved.signer], name }],
  };
}

/** What would be held against an old transaction if it came now, but for who signed it. */
function decidedAnew(transaction: Transaction, act: KernelAct, view: View): Refusal | undefined {
  const { action, body, on } = transaction.payload;
  const definition = act.actionOf(action);
  if (definition === undefined || definition.internal === true || action === 'kernel.readmit') return no('action-unknown', 'form').refused;
  if (!makeBodyChecker(definition.body)(body).ok) return no('body-invalid', 'form').refused;
  const key = view.get('key', transaction.kid) as unknown as Stored<KeyRecord & JsonObject> | undefined;
  if (key === undefined) return no('key-unknown', 'identity').refused;
  if (!verifyTransaction(transaction, key as Parameters<typeof verifyTransaction>[1], act.crypto))
    return no('signature-invalid', 'identity').refused;
  const needed = act.signersNeeded(action);
  return needed > 1 ? no('signers-missing', 'four-eyes', { needed }).refused : act.staleRevision(on);
}

/**
 * Where a receipt proves the old entry to stand in the predecessor's log, and the earliest time beside its cosignatures, the nearest to
 * when it was accepted. A receipt stripped of its `extra` will do: the entry is here already, and both together may not fit.
 */
function provenPlace(
  text: string,
  { kid }: Transaction,
  entry: string,
  { origin, policy: policyText }: NonNullable<CharterRecord['predecessor']>,
  { crypto }: KernelAct,
): { readonly index: number; readonly seconds: number } | undefined {
  const policy = parsePolicy(policyText, crypto);
  const proof = parseTlogProof(text);
  if (!policy.ok || proof === undefined) return undefined;
  if (proof.extra !== undefined) {
    const parsed = parseReceipt(text);
    // Its key, too: nothing in a receipt is free to say something else.
    if (!parsed.ok || parsed.receipt.entry !== entry || thumbprint(parsed.receipt.jwk, crypto) !== kid) return undefined;
  }
  const checked = checkPolicy(policy.policy, proof.checkpoint, crypto);
  if (!checked.ok || checked.origin !== origin || checked.cosigners.length === 0) return undefined;
  const { index, hashes } = proof;
  const claim = { index, size: checked.size, leafHash: leafHash(asciiBytes(entry), crypto.sha256), proof: hashes, root: checked.root };
  if (!verifyInclusion(claim, crypto.sha256)) return undefined;
  return { index, seconds: Math.min(...checked.cosigners.map(({ time }) => time)) };
}

export const records = { withdraw, correct, annul, 'order.execute': orderExecute, 'text.withdraw': textWithdraw, readmit };
