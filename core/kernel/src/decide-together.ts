/** Decisions that need several people: founding, proposals and their approvals, and amendments of the charter. */
import { type JsonObject, makeBodyChecker } from '@tabularium/protocol';
import type { Body } from './actions.ts';
import { kernelRefusal, PERSONAL, permissionOf } from './authority.ts';
import { type Charter, type CharterSections, sectionFaults } from './charter.ts';
import type { InnerStep, KernelAccepted, KernelAct } from './kernel-act.ts';
import { accept, type Decision, type Facts, type Refusal, type Signer, type Stored, type View } from './module.ts';
import type { FoundingRecord, ProposalRecord } from './records.ts';
import type { KernelCode } from './refusals.ts';

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

function charterAmend(body: Body<'charter.amend'>, act: KernelAct): Decision {
  const sections = body as Partial<Pick<Charter, keyof typeof CharterSections>>;
  if (Object.keys(sections).length === 0) return no('amendment-empty', 'amendment');
  const amended = { ...act.record, ...sections };
  const faults = sectionFaults(amended).length;
  if (faults > 0 || amended.modules.kernel === undefined) return no('amendment-inconsistent', 'amendment', { faults });
  for (const [module, versions] of Object.entries(amended.modules)) {
    const before = act.record.modules[module] ?? [];
    const changed = versions.filter((term) => !before.some(({ version, from }) => version === term.version && from === term.from));
    const dropped = before.filter((term) => !versions.some(({ version, from }) => version === term.version && from === term.from));
    // What is in force, or was, cannot be rewritten; a new version starts after this block.
    if ([...changed, ...dropped].some(({ from }) => from <= act.height)) return no('version-past', 'amendment');
  }
  for (const module of Object.keys(act.record.modules)) if (!(module in amended.modules)) return no('version-past', 'amendment');
  return accept([{ type: 'charter.amended', data: { sections: sections as unknown as JsonObject } }]);
}

/** A court's order, an amendment and a recovery have conditions on who signs; the rest needs different people only. */
function propose(body: Body<'propose'>, act: KernelAct): Decision {
  const content = body.body as JsonObject;
  const definition = act.actionOf(body.action);
  if (definition === undefined || body.action === 'kernel.propose' || body.action === 'kernel.approve') return no('action-unknown', 'form');
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
  if (proposal.status !== 'open') return no('proposal-closed', 'four-eyes');
  const signer = signerOf(act);
  if (proposal.signers.some(({ officer }) => officer === signer.officer)) return no('signer-repeated', 'four-eyes');
  const permission = permissionOf(proposal.action, proposal.body, () => undefined);
  const signers = [...proposal.signers, signer];
  if (!PERSONAL.has(proposal.action)) {
    for (const earlier of proposal.signers) {
      const refusal = act.mayStillSign(earlier, permission!);
      if (refusal !== undefined) return { refused: refusal };
    }
  }
  // The charter may have raised the number since.
  const needed = act.signersNeeded(proposal.action);
  const executed = signers.length >= needed;
  const event = { type: 'proposal.approved', data: { proposal: body.proposal, signer: signer as unknown as JsonObject, executed } };
  if (!executed) return accept([event]);
  const step: InnerStep = { kind: 'action', action: proposal.action, body: proposal.body, signers };
  return { events: [event], steps: [step] };
}

export const together = { 'charter.accept': charterAccept, 'charter.amend': charterAmend, propose, approve };

/** A proposal that found too few signatures in time. */
export function proposalExpire({ id }: { readonly id: string }): Decision {
  return accept([{ type: 'proposal.expired', data: { proposal: id } }]);
}
