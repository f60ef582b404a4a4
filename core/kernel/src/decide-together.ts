/** Decisions that need several people: founding, proposals and their approvals, and amendments of the charter. */
import { canonicalJson, type JsonObject, makeBodyChecker } from '@tabularium/protocol';
import type { Body } from './actions.ts';
import { activeOfficers } from './active-officers.ts';
import { kernelRefusal, permits, subjectOf } from './authority.ts';
import type { Charter, CharterSections } from './charter.ts';
import { droppedFrom } from './charter-drops.ts';
import { sectionFaults } from './charter-faults.ts';
import type { InnerStep, KernelAccepted, KernelAct } from './kernel-act.ts';
import { accept, type Decision, type Facts, type Refusal, type Signer, type Stored, type View } from './module.ts';
import type { FoundingRecord, ProposalRecord } from './records.ts';
import type { KernelCode } from './refusals.ts';
import { inForce } from './role-terms.ts';

const DAY_MS = 86_400_000;

export function no(code: KernelCode, rule: string, facts?: Facts): { readonly refused: Refusal } {
  return { refused: kernelRefusal(code, rule, facts) };
}

/** The officer who signed; kernel actions are never fired by deadlines, so there is one. */
export function signerOf(act: KernelAct): Signer {
  const [signer] = act.signers;
  if (signer === undefined) throw new Error(`${act.action} without a signer`);
  return signer;
}

function charterAccept(body: Body<'charter.accept'>, act: KernelAct, view: View): Decision {
  const founding = view.get('founding', 'current') as unknown as Stored<FoundingRecord & JsonObject>;
  const { officer } = signerOf(act);
  if (founding.complete) return no('already-founded', 'founding');
  if (!act.record.founding.officers.includes(officer)) return no('not-founder', 'founding');
  if (founding.accepted.includes(officer)) return no('already-accepted', 'founding');
  if (body.charter !== founding.charter) return no('charter-other', 'founding');
  return accept([{ type: 'charter.accepted', data: { officer, complete: founding.accepted.length + 1 >= act.record.founding.quorum } }]);
}

function charterAmend(body: Body<'charter.amend'>, act: KernelAct, view: View): Decision {
  const sections = body as Partial<Pick<Charter, keyof typeof CharterSections>>;
  const changed = (Object.keys(sections) as (keyof typeof CharterSections)[]).filter(
    (name) => canonicalJson(sections[name] as JsonObject) !== canonicalJson(act.record[name] as JsonObject),
  );
  if (changed.length === 0) return no('amendment-empty', 'amendment');
  const amended = { ...act.record, ...sections };
  const faults = sectionFaults(amended, act.crypto).length;
  if (faults > 0) return no('amendment-inconsistent', 'amendment', { faults });
  const amenders = activeOfficers(view).filter(({ roles }) =>
    roles.some((term) => inForce(term, act.time) && permits(amended, term.role, 'kernel.charter.amend')),
  ).length;
  // Whoever is to amend it again must be able to.
  if (amenders < amended.amendQuorum) return no('amendment-inconsistent', 'amendment', { amenders, quorum: amended.amendQuorum });
  if (rewritesPast(act.record.modules, amended.modules, act.height)) return no('version-past', 'amendment');
  const data = { sections, dropped: droppedFrom(act.record, amended) };
  return accept([{ type: 'charter.amended', data: data as unknown as JsonObject }]);
}

/** What is in force, or was, cannot be rewritten; a new version starts after this block. */
function rewritesPast(before: Charter['modules'], after: Charter['modules'], height: number): boolean {
  const past = (modules: Charter['modules']) =>
    Object.entries(modules)
      .flatMap(([module, versions]) =>
        versions.filter(({ from }) => from <= height).map(({ version, from }) => `${module} ${version} ${from}`),
      )
      .sort()
      .join();
  return past(before) !== past(after);
}

/** A court's order, an amendment and a recovery have conditions on who signs; the rest needs different people only. */
function propose(body: Body<'propose'>, act: KernelAct): Decision {
  const content = body.body as JsonObject;
  const definition = act.actionOf(body.action);
  if (definition === undefined) return no('action-unknown', 'form');
  if (definition.internal === true) return no('action-internal', 'form');
  const needed = act.signersNeeded(body.action);
  if (needed < 2) return no('proposal-needless', 'four-eyes');
  const fits = makeBodyChecker(definition.body)(content);
  if (!fits.ok) return no('body-invalid', 'form');
  const refusal = act.dryRun({ kind: 'action', action: body.action, body: content, signers: act.signers });
  // What only more signatures can settle is not held against a first one.
  if (refusal !== undefined && act.kindOf(refusal.code) !== 'authority') return { refused: refusal };
  const until = act.time + act.record.limits.proposalDays * DAY_MS;
  return accept([
    {
      type: 'proposal.made',
      data: { proposal: act.name, action: body.action, body: content, needed, signers: act.signers as unknown as JsonObject[], until },
    },
  ]);
}

function approve(body: Body<'approve'>, act: KernelAct, view: View): KernelAccepted | { readonly refused: Refusal } {
  const proposal = view.get('proposal', body.proposal) as unknown as Stored<ProposalRecord & JsonObject> | undefined;
  if (proposal === undefined) return no('proposal-unknown', 'four-eyes');
  if (proposal.status !== 'open' || act.time >= proposal.until) return no('proposal-closed', 'four-eyes');
  const { action, body: content } = proposal;
  const signer = signerOf(act);
  if (proposal.signers.some((earlier) => isBehind(earlier, signer))) return no('signer-repeated', 'four-eyes');
  // The module's version, the charter and who holds what may all have changed since.
  const definition = act.actionOf(action);
  if (definition === undefined || !makeBodyChecker(definition.body)(content).ok) return no('action-unknown', 'form');
  const { permission } = subjectOf(action, content, () => undefined);
  for (const earlier of proposal.signers) {
    const refusal = permission === undefined ? undefined : act.mayStillSign(earlier, permission);
    if (refusal !== undefined) return { refused: refusal };
  }
  const signers = [...proposal.signers, signer];
  const executed = signers.length >= act.signersNeeded(action);
  const event = { type: 'proposal.approved', data: { proposal: body.proposal, signer: signer as unknown as JsonObject, executed } };
  if (!executed) return accept([event]);
  const step: InnerStep = { kind: 'action', action, body: content, signers };
  return { events: [event], steps: [step] };
}

/** Whether one person stands behind both signatures, by their own hand or through one who acts for them. */
function isBehind(one: Signer, other: Signer): boolean {
  const people = (signer: Signer) => [signer.officer, ...(signer.for === undefined ? [] : [signer.for])];
  return people(one).some((officer) => people(other).includes(officer));
}

export const together = { 'charter.accept': charterAccept, 'charter.amend': charterAmend, propose, approve };

/** A proposal that found too few signatures in time. */
export function proposalExpire({ id }: { readonly id: string }): Decision {
  return accept([{ type: 'proposal.expired', data: { proposal: id } }]);
}
