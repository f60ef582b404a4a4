/**
 * Who signs, and whether they may: from a key to the officer who holds it, the role used and what the charter gives that role
 * (DESIGN §2 "agency, office, officer, role, mandate"). The only way to act is through here.
 */
import type { JsonObject, Transaction } from '@tabularium/protocol';
import type { ActionDefinition, Facts, Refusal, Signer } from './module.ts';
import type { Overlay } from './overlay.ts';
import {
  type CharterRecord,
  type KeyRecord,
  keyKey,
  type MandateRecord,
  mandateKey,
  type OfficerRecord,
  officerKey,
  type RoleTerm,
} from './records.ts';
import type { KernelCode } from './refusals.ts';

export function kernelRefusal(code: KernelCode, rule: string, facts?: Facts): Refusal {
  return facts === undefined
    ? { code: `kernel.${code}`, rule: `kernel.${rule}` }
    : { code: `kernel.${code}`, rule: `kernel.${rule}`, facts };
}

/** Actions that belong to the person: no role is needed, the decision itself checks whose they are. */
export const PERSONAL: ReadonlySet<string> = new Set([
  'kernel.charter.accept',
  'kernel.officer.leave',
  'kernel.key.add',
  'kernel.key.revoke',
  'kernel.mandate.give',
  'kernel.mandate.end',
  'kernel.recovery.veto',
  'kernel.withdraw',
]);

/** Standing actions are granted for one module each, as `kernel.correct/treasury`. */
const SCOPED: ReadonlySet<string> = new Set(['kernel.correct', 'kernel.annul']);

/** What a role must have been given to sign this; undefined for what belongs to the person. */
export function permissionOf(
  action: string,
  body: JsonObject,
  proposal: (id: string) => { action: string; body: JsonObject } | undefined,
): string | undefined {
  if (action === 'kernel.propose') return permissionOf(String(body.action), (body.body ?? {}) as JsonObject, proposal);
  if (action === 'kernel.approve') {
    const open = proposal(String(body.proposal));
    return open === undefined ? undefined : permissionOf(open.action, open.body, proposal);
  }
  if (PERSONAL.has(action)) return undefined;
  return SCOPED.has(action) ? `${action}/${String(body.key).split('/')[0]}` : action;
}

export type Resolved =
  | { readonly ok: true; readonly signer: Signer; readonly mandate?: string }
  | { readonly ok: false; readonly refusal: Refusal };

function no(code: KernelCode, rule: string, facts?: Facts): Resolved {
  return { ok: false, refusal: kernelRefusal(code, rule, facts) };
}

/** Find out who signed and in which role, and refuse where they may not. */
export function resolveSigner(
  { kid, kind, payload }: Pick<Transaction, 'kid' | 'kind' | 'payload'>,
  action: ActionDefinition,
  permission: string | undefined,
  overlay: Overlay,
  charter: CharterRecord,
  time: number,
): Resolved {
  const key = overlay.get(keyKey(kid)) as (KeyRecord & JsonObject) | undefined;
  if (key === undefined) return no('key-unknown', 'identity');
  if (key.status !== 'active') return no('key-revoked', 'identity');
  if (key.kind !== kind) return no('key-kind', 'identity');
  const officer = overlay.get(officerKey(key.holder)) as (OfficerRecord & JsonObject) | undefined;
  if (officer === undefined || officer.status !== 'active') return no('officer-left', 'identity');
  if (officer.kind === 'service' && action.services !== true) return no('service-not-allowed', 'identity');
  const who = { kid, officer: key.holder, agency: officer.agency };

  if (payload.for !== undefined) {
    const mandate = overlay.get(mandateKey(payload.for)) as (MandateRecord & JsonObject) | undefined;
    if (mandate === undefined || mandate.to !== key.holder) return no('mandate-unknown', 'mandate');
    const giver = overlay.get(officerKey(mandate.by)) as (OfficerRecord & JsonObject) | undefined;
    if (mandate.status !== 'active' || time >= mandate.until || giver?.status !== 'active') return no('mandate-ended', 'mandate');
    const stated = `${mandate.role}@${mandate.office}`;
    if (payload.as !== undefined && payload.as !== stated) return no('mandate-scope', 'mandate');
    if (!holds(giver.roles, mandate.role, mandate.office, time)) return no('role-not-held', 'role');
    if (mandate.actions.length > 0 && !mandate.actions.includes(payload.action)) return no('mandate-scope', 'mandate');
    if (permission !== undefined && !charter.roles[mandate.role]?.includes(permission)) return no('mandate-scope', 'mandate');
    return { ok: true, signer: { ...who, role: mandate.role, office: mandate.office, mandate: payload.for }, mandate: payload.for };
  }

  if (payload.as !== undefined) {
    const at = payload.as.indexOf('@');
    const [role, office] = [payload.as.slice(0, at), payload.as.slice(at + 1)];
    if (!holds(officer.roles, role, office, time)) return no('role-not-held', 'role');
    if (permission !== undefined && !charter.roles[role]?.includes(permission)) return no('action-not-permitted', 'role');
    return { ok: true, signer: { ...who, role, office } };
  }
  const current = officer.roles.filter((term) => inForce(term, time));
  const fitting = permission === undefined ? current[0] : current.find(({ role }) => charter.roles[role]?.includes(permission));
  if (fitting === undefined && permission !== undefined) return no(current.length === 0 ? 'role-not-held' : 'action-not-permitted', 'role');
  return { ok: true, signer: { ...who, role: fitting?.role ?? '', office: fitting?.office ?? '' } };
}

/** Whether an officer who signed earlier (a proposer, an approver) is still entitled. */
export function stillEntitled(
  signer: Signer,
  permission: string | undefined,
  overlay: Overlay,
  charter: CharterRecord,
  time: number,
): Refusal | undefined {
  const officer = overlay.get(officerKey(signer.officer)) as (OfficerRecord & JsonObject) | undefined;
  if (officer === undefined || officer.status !== 'active') return kernelRefusal('officer-left', 'four-eyes');
  if (permission === undefined) return undefined;
  if (!charter.roles[signer.role]?.includes(permission)) return kernelRefusal('action-not-permitted', 'four-eyes');
  const holder = signer.mandate === undefined ? officer : giverOf(signer.mandate, overlay, time);
  if (holder === undefined) return kernelRefusal('mandate-ended', 'four-eyes');
  return holds(holder.roles, signer.role, signer.office, time) ? undefined : kernelRefusal('role-not-held', 'four-eyes');
}

/** The officer behind a mandate that is in force. */
function giverOf(id: string, overlay: Overlay, time: number): OfficerRecord | undefined {
  const mandate = overlay.get(mandateKey(id)) as (MandateRecord & JsonObject) | undefined;
  if (mandate === undefined || mandate.status !== 'active' || time >= mandate.until) return undefined;
  const giver = overlay.get(officerKey(mandate.by)) as (OfficerRecord & JsonObject) | undefined;
  return giver?.status === 'active' ? giver : undefined;
}

export function inForce({ from = 0, until }: RoleTerm, time: number): boolean {
  return from <= time && time < until;
}

function holds(roles: readonly RoleTerm[], role: string, office: string, time: number): boolean {
  return roles.some((term) => term.role === role && term.office === office && inForce(term, time));
}
