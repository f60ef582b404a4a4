/** Decisions about people and keys: appointments, roles, mandates, leaving, and the replacement of lost keys. */
import { type JsonObject, parsePublicJwk, thumbprint } from '@tabularium/protocol';
import type { Body } from './actions.ts';
import { type ActiveOfficer, activeOfficers } from './active-officers.ts';
import { permits } from './authority.ts';
import type { EnrolledKey } from './charter.ts';
import { no, signerOf } from './decide-together.ts';
import type { KernelAct } from './kernel-act.ts';
import { accept, type Decision, type Refusal, type Stored, type View } from './module.ts';
import type { MandateRecord, OfficerRecord, RecoveryRecord, RoleTerm } from './records.ts';
import { inForce, withTerm } from './role-terms.ts';

const HOUR_MS = 3_600_000;
/** What one officer's record holds at most. */
const MAX_KEYS = 8;
const MAX_TERMS = 32;
const MAX_MANDATES = 64;

type Refused = { readonly refused: Refusal };
type Checked = { readonly kids: readonly string[] } | Refused;

/** Thumbprints of keys to be enrolled: valid points, new to this ledger, no two alike. */
function newKeys(keys: readonly EnrolledKey[], act: KernelAct): Checked {
  const kids: string[] = [];
  for (const { jwk } of keys) {
    const fault = act.newKeyFault(jwk);
    if (fault !== undefined) return no(fault, 'keys');
    const kid = thumbprint(parsePublicJwk(jwk)!.jwk, act.crypto);
    if (kids.includes(kid)) return no('key-known', 'keys');
    kids.push(kid);
  }
  return { kids };
}

function termFault({ role, office, from, until }: RoleTerm, { record, time }: KernelAct): Refused | undefined {
  if (!Object.hasOwn(record.roles, role)) return no('role-unknown', 'office');
  if (!Object.hasOwn(record.offices, office)) return no('office-unknown', 'office');
  if (until <= Math.max(from ?? 0, time)) return no('term-over', 'office');
  return undefined;
}

/**
 * Nobody fills, empties or widens another agency's offices alone: one of those who sign belongs to each agency concerned. Otherwise two
 * clerks could appoint themselves a court. A new agency takes its first officers from others, but a review or recovery body does not.
 */
function agencyFault(agencies: readonly string[], act: KernelAct, view: View): Refused | undefined {
  const outside = [...act.record.review.agencies, ...act.record.recovery.agencies];
  for (const agency of agencies) {
    if (act.signers.some((signer) => signer.agency === agency)) continue;
    if (outside.includes(agency) || activeOfficers(view).some((officer) => officer.agency === agency))
      return no('agency-not-signing', 'office', { agency });
  }
  return undefined;
}

/** Agencies whose offices these terms are in. */
function agenciesOf(terms: readonly Pick<RoleTerm, 'office'>[], { record }: KernelAct): string[] {
  return terms.flatMap(({ office }) => (Object.hasOwn(record.offices, office) ? [record.offices[office]!.agency] : []));
}

function officerAppoint(body: Body<'officer.appoint'>, act: KernelAct, view: View): Decision {
  if (act.officer(body.officer) !== undefined) return no('officer-known', 'office');
  if (!Object.hasOwn(act.record.agencies, body.agency)) return no('agency-unknown', 'office');
  return appoint({ ...body, kind: 'officer' }, act, view);
}

function serviceAppoint({ service, ...body }: Body<'service.appoint'>, act: KernelAct, view: View): Decision {
  if (act.officer(service) !== undefined) return no('officer-known', 'office');
  const answers = act.officer(body.answers);
  if (answers === undefined || answers.kind !== 'officer' || answers.status !== 'active') return no('officer-unknown', 'office');
  return appoint({ ...body, officer: service, kind: 'service', agency: answers.agency }, act, view);
}

interface Appointment {
  readonly officer: string;
  readonly kind: OfficerRecord['kind'];
  readonly agency: string;
  readonly keys: readonly EnrolledKey[];
  readonly roles: readonly RoleTerm[];
  readonly answers?: string;
}

function appoint(appointment: Appointment, act: KernelAct, view: View): Decision {
  const { agency, roles, keys } = appointment;
  for (const term of roles) {
    const fault = termFault(term, act);
    if (fault !== undefined) return fault;
  }
  const checked = newKeys(keys, act);
  if ('refused' in checked) return checked;
  const fault = agencyFault([agency, ...agenciesOf(roles, act)], act, view);
  if (fault !== undefined) return fault;
  return accept([{ type: 'officer.appointed', data: { ...appointment, kids: checked.kids } as unknown as JsonObject }]);
}

function roleGrant(body: Body<'role.grant'>, act: KernelAct, view: View): Decision {
  const officer = act.officer(body.officer);
  if (officer?.status !== 'active') return no('officer-unknown', 'office');
  const fault = termFault(body as RoleTerm, act);
  if (fault !== undefined) return fault;
  if (withTerm(officer.roles, body, act.time).length > MAX_TERMS) return no('limit-reached', 'limits', { limit: MAX_TERMS });
  const isSame = (term: RoleTerm) => term.role === body.role && term.office === body.office;
  // A term that ends sooner than the one it replaces takes a role away, only later.
  const isShorter = officer.roles.some((term) => isSame(term) && inForce(term, act.time) && body.until < term.until);
  const kept = officer.roles.filter((term) => !isShorter || !isSame(term));
  return (
    unfillable({ ...officer, id: body.officer }, kept, act, view) ??
    agencyFault([officer.agency, ...agenciesOf([body], act)], act, view) ??
    accept([{ type: 'role.granted', data: body as unknown as JsonObject }])
  );
}

function roleEnd(body: Body<'role.end'>, act: KernelAct, view: View): Decision {
  const officer = act.officer(body.officer);
  if (officer?.status !== 'active') return no('officer-unknown', 'office');
  const kept = officer.roles.filter(({ role, office }) => role !== body.role || office !== body.office);
  if (kept.length === officer.roles.length) return no('role-not-held', 'role');
  return (
    unfillable({ ...officer, id: body.officer }, kept, act, view) ??
    agencyFault([officer.agency], act, view) ??
    accept([{ type: 'role.ended', data: body }])
  );
}

/** Every role that an officer gives up needs somebody else in it, and enough people must be left to appoint the next. */
function unfillable(officer: ActiveOfficer, kept: readonly RoleTerm[], act: KernelAct, view: View): Refused | undefined {
  if (officer.kind === 'service') return undefined;
  const current = (roles: readonly RoleTerm[]) => roles.filter((term) => inForce(term, act.time)).map(({ role }) => role);
  const left = activeOfficers(view).map((one) => ({ agency: one.agency, roles: current(one.id === officer.id ? kept : one.roles) }));
  for (const role of current(officer.roles)) {
    if (!left.some(({ roles }) => roles.includes(role))) return no('role-unfillable', 'office', { role });
  }
  const appointing = (roles: readonly string[]) => roles.find((role) => permits(act.record, role, APPOINT));
  const role = appointing(current(officer.roles));
  if (role === undefined || appointing(current(kept)) !== undefined) return undefined;
  const able = left.filter(({ roles }) => appointing(roles) !== undefined);
  const enough = able.length >= act.signersNeeded(APPOINT) && able.some(({ agency }) => agency === officer.agency);
  return enough ? undefined : no('role-unfillable', 'office', { role });
}

const APPOINT = 'kernel.officer.appoint';

/** One leaves by one's own hand, and takes a service along that one answers for. */
function officerLeave(body: Body<'officer.leave'>, act: KernelAct, view: View): Decision {
  const officer = act.officer(body.officer);
  if (officer?.status !== 'active') return no('officer-unknown', 'office');
  const { officer: by } = signerOf(act);
  if (by !== body.officer && by !== officer.answers) return no('not-own', 'own-act');
  return leave(body, officer, act, view);
}

/** Others end somebody's service together. */
function officerDismiss(body: Body<'officer.dismiss'>, act: KernelAct, view: View): Decision {
  const officer = act.officer(body.officer);
  if (officer?.status !== 'active') return no('officer-unknown', 'office');
  const left = leave(body, officer, act, view);
  return 'refused' in left ? left : (agencyFault([officer.agency], act, view) ?? left);
}

function leave(body: Body<'officer.leave'>, officer: OfficerRecord, act: KernelAct, view: View): Decision {
  if (body.successor !== undefined) {
    const successor = act.officer(body.successor);
    if (body.successor === body.officer || successor?.kind !== 'officer' || successor.status !== 'active')
      return no('officer-unknown', 'office');
  }
  const roles = officer.roles.map(({ role, office }) => ({ role, office }));
  return (
    unfillable({ ...officer, id: body.officer }, [], act, view) ??
    accept([{ type: 'officer.left', data: { ...body, kids: officer.keys, mandates: officer.mandates ?? [], roles } }])
  );
}

function keyAdd(body: Body<'key.add'>, act: KernelAct): Decision {
  const { officer } = signerOf(act);
  if (act.officer(officer)!.keys.length >= MAX_KEYS) return no('limit-reached', 'limits', { limit: MAX_KEYS });
  const checked = newKeys([body.key], act);
  if ('refused' in checked) return checked;
  return accept([{ type: 'key.added', data: { officer, kid: checked.kids[0]!, key: body.key as unknown as JsonObject } }]);
}

function keyRevoke(body: Body<'key.revoke'>, act: KernelAct): Decision {
  const { officer: id } = signerOf(act);
  const officer = act.officer(id)!;
  if (!officer.keys.includes(body.kid)) return no('not-own', 'own-act');
  if (officer.keys.length === 1) return no('key-last', 'keys');
  return accept([{ type: 'key.revoked', data: { officer: id, ...body } }]);
}

function mandateGive(body: Body<'mandate.give'>, act: KernelAct): Decision {
  const { officer: by } = signerOf(act);
  const giver = act.officer(by)!;
  const taker = act.officer(body.to);
  if (taker?.status !== 'active' || taker.kind !== 'officer' || body.to === by) return no('officer-unknown', 'mandate');
  if (!giver.roles.some((term) => term.role === body.role && term.office === body.office && inForce(term, act.time)))
    return no('role-not-held', 'role');
  if (body.until <= act.time) return no('term-over', 'mandate');
  if ([giver, taker].some(({ mandates = [] }) => mandates.length >= MAX_MANDATES))
    return no('limit-reached', 'limits', { limit: MAX_MANDATES });
  return accept([{ type: 'mandate.given', data: { mandate: act.newId(), by, ...body } }]);
}

function mandateEnd(body: Body<'mandate.end'>, act: KernelAct, view: View): Decision {
  const mandate = view.get('mandate', body.mandate) as unknown as Stored<MandateRecord & JsonObject> | undefined;
  if (mandate === undefined) return no('mandate-unknown', 'mandate');
  const { officer } = signerOf(act);
  if (mandate.by !== officer && mandate.to !== officer) return no('not-own', 'own-act');
  if (mandate.status !== 'active') return no('mandate-ended', 'mandate');
  return accept([{ type: 'mandate.ended', data: { mandate: body.mandate } }]);
}

/** Its date has come. */
export function mandateLapse({ id }: { readonly id: string }): Decision {
  return accept([{ type: 'mandate.ended', data: { mandate: id } }]);
}

function recoveryOpen(body: Body<'recovery.open'>, act: KernelAct, view: View): Decision {
  if (act.officer(body.officer)?.status !== 'active') return no('officer-unknown', 'recovery');
  const open = view.get('recovery', body.officer) as unknown as Stored<RecoveryRecord & JsonObject> | undefined;
  if (open?.status === 'open') return no('recovery-open', 'recovery');
  const checked = newKeys(body.keys, act);
  if ('refused' in checked) return checked;
  // One outside and one officer, or two outside; whoever proposes it has not reached the number yet. Nobody recovers their own keys.
  if (act.signers.some(({ officer }) => officer === body.officer)) return no('not-recovery-authority', 'recovery');
  if (!act.signers.some(({ agency }) => act.record.recovery.agencies.includes(agency))) return no('not-recovery-authority', 'recovery');
  const due = act.time + act.record.recovery.hours * HOUR_MS;
  return accept([{ type: 'recovery.opened', data: { ...body, kids: checked.kids, signers: act.signers, due } as unknown as JsonObject }]);
}

function recoveryVeto(body: Body<'recovery.veto'>, act: KernelAct, view: View): Decision {
  const open = view.get('recovery', body.officer) as unknown as Stored<RecoveryRecord & JsonObject> | undefined;
  if (open?.status !== 'open') return no('recovery-unknown', 'recovery');
  if (signerOf(act).officer !== body.officer) return no('not-own', 'own-act');
  return accept([{ type: 'recovery.vetoed', data: { officer: body.officer } }]);
}

/** Nobody objected in time: the new keys replace the old. */
export function recoveryComplete({ id }: { readonly id: string }, _act: unknown, view: View): Decision {
  const { kids } = view.get('recovery', id) as unknown as Stored<RecoveryRecord & JsonObject>;
  const { keys } = view.get('officer', id) as unknown as Stored<OfficerRecord & JsonObject>;
  return accept([{ type: 'recovery.done', data: { officer: id, kids, revoked: keys } }]);
}

export const people = {
  'officer.appoint': officerAppoint,
  'officer.leave': officerLeave,
  'officer.dismiss': officerDismiss,
  'service.appoint': serviceAppoint,
  'role.grant': roleGrant,
  'role.end': roleEnd,
  'key.add': keyAdd,
  'key.revoke': keyRevoke,
  'mandate.give': mandateGive,
  'mandate.end': mandateEnd,
  'recovery.open': recoveryOpen,
  'recovery.veto': recoveryVeto,
};
