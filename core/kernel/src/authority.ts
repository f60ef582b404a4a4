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
import { inForce } from './role-terms.ts';

export function kernelRefusal(code: KernelCode, rule: string, facts?: Facts): Refusal {
  return facts === undefined
    ? { code: `kernel.${code}`, rule: `kernel.${rule}` }
    : { code: `kernel.${code}`, rule: `kernel.${rule}`, facts };
}

/** Actions that belong to the person: no role is needed, the decision itself checks whose they are. */
const PERSONAL: ReadonlySet<string> = new Set([
  'kernel.charter.accept',
  'kernel.officer.leave',
  'kernel.key.add',
  'kernel.key.revoke',
  'kernel.mandate.give',
  'kernel.mandate.end',
  'kernel.recovery.veto',
  'kernel.withdraw',
]);

/** Signing together is itself done alone, and amendments have a quorum of their own. */
const NUMBER_FIXED: ReadonlySet<string> = new Set([...PERSONAL, 'kernel.propose', 'kernel.approve', 'kernel.charter.amend']);

/** Whether the charter's `signers` has no say in how many sign this. */
export function isSignedAlone(action: string): boolean {
  return NUMBER_FIXED.has(action);
}

/** Officers who sign a court's order. */
export const ORDER_SIGNERS = 2;

/** Standing actions are granted for one module each, as `kernel.correct/treasury`. */
const SCOPED: ReadonlySet<string> = new Set(['kernel.correct', 'kernel.annul']);

/** What a transaction is about in the end: of a proposal and an approval, the action proposed. */
export interface Subject {
  readonly action: string;
  /** What a role must have been given to sign this; undefined for what belongs to the person. */
  readonly permission: string | undefined;
}

export function subjectOf(
  action: string,
  body: JsonObject,
  proposal: (id: string) => { action: string; body: JsonObject } | undefined,
): Subject {
  if (action === 'kernel.propose') return subjectOf(String(body.action), (body.body ?? {}) as JsonObject, proposal);
  if (action === 'kernel.approve') {
    const open = proposal(String(body.proposal));
    return open === undefined ? { action, permission: undefined } : subjectOf(open.action, open.body, proposal);
  }
  if (PERSONAL.has(action)) return { action, permission: undefined };
  return { action, permission: SCOPED.has(action) ? `${action}/${String(body.key).split('/')[0]}` : action };
}

/** What a role is given so that it may sign this: the action, or, where that is given for one module each, one for each of these modules. */
export function permissionOf(action: string, modules: readonly string[]): string[] {
  return SCOPED.has(action) ? modules.map((module) => `${action}/${module}`) : [action];
}

/** Whether the charter gives this role the permission. */
export function permits({ roles }: Pick<CharterRecord, 'roles'>, role: string, permission: string): boolean {
  return Object.hasOwn(roles, role) && roles[role]!.includes(permission);
}

export type Resolved =
  | { readonly ok: true; readonly signer: Signer; readonly mandate?: string }
  | { readonly ok: false; readonly refusal: Refusal };

function no(code: KernelCode, rule: string, facts?: Facts): Resolved {
  return { ok: false, refusal: kernelRefusal(code, rule, facts) };
}

/** Where authority is looked up: state, the charter in force and block time. */
export interface Authority {
  readonly overlay: Overlay;
  readonly charter: CharterRecord;
  readonly time: number;
}

/** Find out who signed and in which role, and refuse where they may not. */
export function resolveSigner(
  { kid, kind, payload }: Pick<Transaction, 'kid' | 'kind' | 'payload'>,
  action: ActionDefinition,
  subject: Subject,
  authority: Authority,
): Resolved {
  const key = authority.overlay.get(keyKey(kid)) as (KeyRecord & JsonObject) | undefined;
  if (key === undefined) return no('key-unknown', 'identity');
  if (key.status === 'pending') return no('key-pending', 'identity');
  if (key.status !== 'active') return no('key-revoked', 'identity');
  if (key.kind !== kind) return no('key-kind', 'identity');
  const officer = officerOf(key.holder, authority);
  if (officer === undefined) return no('officer-left', 'identity');
  if (officer.kind === 'service') {
    if (action.services !== true) return no('service-not-allowed', 'identity');
    if (!isAnsweredFor(officer, authority)) return no('officer-left', 'identity');
  }
  const who = { kid, officer: key.holder, agency: officer.agency };
  if (payload.for !== undefined) return resolveMandate(payload.for, payload.as, who, subject, authority);
  return payload.as === undefined
    ? resolveOwnRole(who, officer, subject, authority)
    : resolveStatedRole(payload.as, who, officer, subject, authority);
}

type Who = Pick<Signer, 'kid' | 'officer' | 'agency'>;

/** The mandate's own role, as long as who gave it holds that role. */
function resolveMandate(
  id: string,
  as: string | undefined,
  who: Who,
  { action, permission }: Subject,
  { overlay, charter, time }: Authority,
): Resolved {
  const mandate = overlay.get(mandateKey(id)) as (MandateRecord & JsonObject) | undefined;
  if (mandate === undefined || mandate.to !== who.officer) return no('mandate-unknown', 'mandate');
  const { role, office, by, actions } = mandate;
  const giver = officerOf(by, { overlay });
  if (mandate.status !== 'active' || time >= mandate.until || giver === undefined) return no('mandate-ended', 'mandate');
  if (as !== undefined && as !== `${role}@${office}`) return no('mandate-scope', 'mandate');
  if (!holds(giver.roles, role, office, time)) return no('role-not-held', 'role');
  if (actions.length > 0 && !actions.includes(action)) return no('mandate-scope', 'mandate');
  if (permission !== undefined && !permits(charter, role, permission)) return no('mandate-scope', 'mandate');
  return { ok: true, signer: { ...who, role, office, mandate: id, for: by }, mandate: id };
}

function resolveStatedRole(
  as: string,
  who: Who,
  { roles }: OfficerRecord,
  { permission }: Subject,
  { charter, time }: Authority,
): Resolved {
  const at = as.indexOf('@');
  const [role, office] = [as.slice(0, at), as.slice(at + 1)];
  if (!holds(roles, role, office, time)) return no('role-not-held', 'role');
  if (permission !== undefined && !permits(charter, role, permission)) return no('action-not-permitted', 'role');
  return { ok: true, signer: { ...who, role, office } };
}

/** Who names no role acts in the first of theirs that may. */
function resolveOwnRole(who: Who, { roles }: OfficerRecord, { permission }: Subject, { charter, time }: Authority): Resolved {
  const current = roles.filter((term) => inForce(term, time));
  const fitting = permission === undefined ? current[0] : current.find(({ role }) => permits(charter, role, permission));
  if (fitting === undefined && permission !== undefined) return no(current.length === 0 ? 'role-not-held' : 'action-not-permitted', 'role');
  return { ok: true, signer: { ...who, role: fitting?.role ?? '', office: fitting?.office ?? '' } };
}

/** Whether one who signed earlier (a proposer, an approver) is still entitled, with the key that signed. */
export function stillEntitled(
  { kid, officer, role, office, mandate }: Signer,
  permission: string,
  authority: Authority,
): Refusal | undefined {
  const { overlay, charter, time } = authority;
  const key = overlay.get(keyKey(kid)) as (KeyRecord & JsonObject) | undefined;
  if (key?.status !== 'active') return kernelRefusal('key-revoked', 'four-eyes');
  if (!permits(charter, role, permission)) return kernelRefusal('action-not-permitted', 'four-eyes');
  const holder = officerOf(officer, authority);
  if (holder === undefined) return kernelRefusal('officer-left', 'four-eyes');
  const giver = mandate === undefined ? holder : giverOf(mandate, authority);
  if (giver === undefined) return kernelRefusal('mandate-ended', 'four-eyes');
  return holds(giver.roles, role, office, time) ? undefined : kernelRefusal('role-not-held', 'four-eyes');
}

/** The officer or service, if active. */
function officerOf(id: string, { overlay }: Pick<Authority, 'overlay'>): OfficerRecord | undefined {
  const officer = overlay.get(officerKey(id)) as (OfficerRecord & JsonObject) | undefined;
  return officer?.status === 'active' ? officer : undefined;
}

/** The officer behind a mandate that is in force. */
function giverOf(id: string, { overlay, time }: Authority): OfficerRecord | undefined {
  const mandate = overlay.get(mandateKey(id)) as (MandateRecord & JsonObject) | undefined;
  return mandate?.status === 'active' && time < mandate.until ? officerOf(mandate.by, { overlay }) : undefined;
}

/** The officer who answers for a service, or whoever took over from them, is there. Nobody leaves twice, so the chain ends. */
function isAnsweredFor({ answers }: OfficerRecord, { overlay }: Authority): boolean {
  for (let id = answers; id !== undefined; ) {
    const officer = overlay.get(officerKey(id)) as (OfficerRecord & JsonObject) | undefined;
    if (officer?.status === 'active') return true;
    id = officer?.successor;
  }
  return false;
}

function holds(roles: readonly RoleTerm[], role: string, office: string, time: number): boolean {
  return roles.some((term) => term.role === role && term.office === office && inForce(term, time));
}
