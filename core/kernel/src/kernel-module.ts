/** The kernel as a module: its actions and records have the same shape as any other's, and the catalogue lists it first. */
import { type TSchema, Type } from 'typebox';
import { actions } from './actions.ts';
import { mandateLapse, people, recoveryComplete } from './decide-people.ts';
import { records as recordDecisions } from './decide-records.ts';
import { no, proposalExpire, signerOf, together } from './decide-together.ts';
import { documentAttach, documentStanding } from './documents.ts';
import { events } from './events.ts';
import { evolve } from './evolve.ts';
import type { KernelAct } from './kernel-act.ts';
import { accept, type CollectionDefinition, type ModuleDefinition, type StandingHandler } from './module.ts';
import { projection, views } from './projection.ts';
import type { ProposalRecord } from './records.ts';
import { refusals } from './refusals.ts';
import { rules } from './rules.ts';

const anything: TSchema = Type.Record(Type.String(), Type.Unknown());
const plain: CollectionDefinition = { schema: anything, v: 1 };

/** A proposer takes a proposal back while it is open. */
const withdrawProposal: StandingHandler = ({ id }, act, view) => {
  const proposal = view.get('proposal', id) as unknown as ProposalRecord | undefined;
  if (proposal === undefined) return no('proposal-unknown', 'four-eyes');
  if (proposal.status !== 'open') return no('proposal-closed', 'four-eyes');
  if (proposal.signers[0]?.officer !== signerOf(act as KernelAct).officer) return no('not-own', 'own-act');
  return accept([{ type: 'proposal.withdrawn', data: { proposal: id } }]);
};

export const kernelModule: ModuleDefinition = {
  name: 'kernel',
  version: 1,
  title: 'Charter, officers and signatures',
  actions,
  events,
  collections: {
    charter: plain,
    founding: plain,
    key: plain,
    officer: plain,
    mandate: plain,
    proposal: { ...plain, withdraw: withdrawProposal },
    recovery: plain,
    order: plain,
    text: plain,
    document: { schema: events['document.attached'].data, v: 1, ...documentStanding },
    readmitted: plain,
    deadline: plain,
    'deadline-count': plain,
  },
  rules,
  refusals,
  decide: { ...together, ...people, ...recordDecisions, 'document.attach': documentAttach } as unknown as ModuleDefinition['decide'],
  evolve: evolve as unknown as ModuleDefinition['evolve'],
  deadlines: { 'proposal.expire': proposalExpire, 'recovery.complete': recoveryComplete, 'mandate.lapse': mandateLapse },
  projection,
  views,
};
