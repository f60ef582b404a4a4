/** Decisions about people and keys: appointments, roles, mandates, leaving, and the replacement of lost keys. */
import { type JsonObject, parsePublicJwk, thumbprint } from '@tabularium/protocol';
import type { Body } from './actions.ts';
import { inForce } from './authority.ts';
import type { EnrolledKey } from './charter.ts';
import { no, signerOf } from './decide-together.ts';
import type { KernelAct } from './kernel-act.ts';
import { type Act, accept, type Decision, type Refusal, type Stored, type View } from './module.ts';
import type { MandateRecord, OfficerRecord, RecoveryRecord, RoleTerm } from './records.ts';

const HOUR_MS = 3_600_000;

type Checked = { readonly kids: readonly string[] } | { readonly refused: Refusal };

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

function termFault({ role, office, from, until }: RoleTerm, act: KernelAct): { readonly refused: Refusal } | undefined {
  if (!(role in act.record.roles)) return no('role-unknown', 'office');
  if (!(office in act.record.offices)) return no('office-unknown', 'office');
  if (until <= Math.max(from ?? 0, act.time)) return no('term-over', 'office');
  return undefined;
}

function officerAppoint(body: Body<'officer.appoint'>, act: KernelAct): Decision {
  if (act.officer(body.officer) !== undefined) return no('officer-known', 'office');
  if (!(body.agency in act.record.agencies)) return no('agency-unknown', 'office');
  for (const term of body.roles) {
    const fault = termFault(term, act);
    if (fault !== undefined) return fault;
  }
  const checked = newKeys(body.keys, act);
  if ('refused' in checked) return checked;
  return accept([{ type: 'officer.appointed', data: { ...body, kind: 'officer', kids: checked.kids } as unknown as JsonObject }]);
}

function serviceAppoint(body: Body<'service.appoint'>, act: KernelAct): Decision {
  if (act.officer(body.service) !== undefined) return no('officer-known', 'office');
  const answers = act.officer(body.answers);
  if (answers === undefined || answers.kind !== 'officer' || answers.status !== 'active') return no('officer-unknown', 'office');
  for (const term of body.roles) {
    const fault = termFault(term, act);
    if (fault !== undefined) return fault;
  }
  const checked = newKeys(body.keys, act);
  if ('refused' in checked) return checked;
  const { service: officer, ...rest } = body;
  return accept([
    {
      type: 'officer.appointed',
      data: { ...rest, officer, kind: 'service', agency: answers.agency, kids: checked.kids } as unknown as JsonObject,
    },
  ]);
}

function roleGrant(body: Body<'role.grant'>, act: KernelAct): Decision {
  if (act.officer(body.officer)?.status !== 'active') return no('officer-unknown', 'office');
  const fault = termFault(body as RoleTerm, act);
  if (fault !== undefined) return fault;
  return accept([{ type: 'role.granted', data: body as unknown as JsonObject }]);
}

function roleEnd(body: Body<'role.end'>, act: KernelAct, view: View): Decision {
  const officer = act.officer(body.officer);
  if (officer?.status !== 'active') return no('officer-unknown', 'office');
  if (!officer.roles.some(({ role, office }) => role === body.role && office === body.office)) return no('role-not-held', 'role');
  if (!filledWithout(body.role, body.officer, act, view)) return no('role-unfillable', 'office', { role: body.role });
  return accept([{ type: 'role.ended', data: body }]);
}

/** Whether another active person would still hold the role. */
function filledWithout(role: string, leaving: string, act: Act, view: View): boolean {
  for (let after: string | undefined; ; ) {
    const page = view.scan('officer', { limit: 500, ...(after === undefined ? {} : { after }) });
    for (const { id, value } of page) {
      const officer = value as unknown as OfficerRecord;
      if (id === leaving || officer.kind !== 'officer' || officer.status !== 'active') continue;
      if (officer.roles.some((term) => term.role === role && inForce(term, act.time))) return true;
    }
    after = page.at(-1)?.id;
    if (page.length < 500) return false;
  }
}

function officerLeave(body: Body<'officer.leave'>, act: KernelAct, view: View): Decision {
  const signer = signerOf(act);
  const officer = act.officer(body.officer);
  if (officer?.status !== 'active') return no('officer-unknown', 'office');
  // Oneself, or whoever the charter lets appoint people.
  if (signer.officer !== body.officer && !act.record.roles[signer.role]?.includes('kernel.officer.leave')) return no('not-own', 'own-act');
  if (body.successor !== undefined) {
    const successor = act.officer(body.successor);
    if (body.successor === body.officer || successor?.kind !== 'officer' || successor.status !== 'active')
      return no('officer-unknown', 'office');
  }
  for (const term of officer.roles) {
    if (officer.kind === 'officer' && inForce(term, act.time) && !filledWithout(term.role, body.officer, act, view)) {
      return no('role-unfillable', 'office', { role: term.role });
    }
  }
  const mandates = mandatesOf(body.officer, view);
  return accept([{ type: 'officer.left', data: { ...body, kids: officer.keys, mandates } }]);
}

function mandatesOf(officer: string, view: View): string[] {
  const found: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = view.scan('mandate', { limit: 500, ...(after === undefined ? {} : { after }) });
    for (const { id, value } of page) {
      const mandate = value as unknown as MandateRecord;
      if (mandate.status === 'active' && (mandate.by === officer || mandate.to === officer)) found.push(id);
    }
    after = page.at(-1)?.id;
    if (page.length < 500) return found;
  }
}

function keyAdd(body: Body<'key.add'>, act: KernelAct): Decision {
  const checked = newKeys([body.key], act);
  if ('refused' in checked) return checked;
  return accept([
    { type: 'key.added', data: { officer: signerOf(act).officer, kid: checked.kids[0]!, key: body.key as unknown as JsonObject } },
  ]);
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

function recoveryOpen(body: Body<'recovery.open'>, act: KernelAct, view: View): Decision {
  if (act.officer(body.officer)?.status !== 'active') return no('officer-unknown', 'recovery');
  const open = view.get('recovery', body.officer) as unknown as Stored<RecoveryRecord & JsonObject> | undefined;
  if (open?.status === 'open') return no('recovery-open', 'recovery');
  const outside = act.signers.filter(({ agency }) => act.record.recovery.agencies.includes(agency)).length;
  // One outside and one officer, or two outside: whoever signs alone has not reached the number yet.
  if (outside === 0) return no('not-recovery-authority', 'recovery');
  const checked = newKeys(body.keys, act);
  if ('refused' in checked) return checked;
  const due = act.time + act.record.recovery.hours * HOUR_MS;
  return accept([{ type: 'recovery.opened', data: { ...body, signers: act.signers, due } as unknown as JsonObject }]);
}

function recoveryVeto(body: Body<'recovery.veto'>, act: KernelAct, view: View): Decision {
  const open = view.get('recovery', body.officer) as unknown as Stored<RecoveryRecord & JsonObject> | undefined;
  if (open?.status !== 'open') return no('recovery-unknown', 'recovery');
  if (signerOf(act).officer !== body.officer) return no('not-own', 'own-act');
  return accept([{ type: 'recovery.vetoed', data: { officer: body.officer } }]);
}

/** Nobody objected in time: the new keys replace the old. */
export function recoveryComplete({ id }: { readonly id: string }, act: Act, view: View): Decision {
  const kernel = act as KernelAct;
  const recovery = view.get('recovery', id) as unknown as Stored<RecoveryRecord & JsonObject>;
  const officer = kernel.officer(id);
  if (officer?.status !== 'active') return no('officer-left', 'recovery');
  const checked = newKeys(recovery.keys, kernel);
  if ('refused' in checked) return checked;
  return accept([{ type: 'recovery.done', data: { officer: id, kids: checked.kids, revoked: officer.keys } }]);
}

export const people = {
  'officer.appoint': officerAppoint,
  'officer.leave': officerLeave,
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
