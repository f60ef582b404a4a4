/** The law of people's data as the kernel, API, portal, CLI and SDK read it: everything declared in this folder, wired together. */
import type { ModuleDefinition } from '@tabularium/kernel';
import { actions } from './actions.ts';
import { collections } from './collections.ts';
import { anchorAccess, withholdAccess, withholdingIsOver } from './decide-access.ts';
import {
  attestErasure,
  decideErasure,
  erasureIsOverdue,
  extendErasure,
  requestErasure,
  retentionIsOver,
  setRetention,
} from './decide-erasure.ts';
import { endGrant, giveGrant, grantIsOver } from './decide-grant.ts';
import { decideObjection, enterObjection, holdIsOver, liftRestriction, placeHold, placeRestriction, releaseHold } from './decide-rights.ts';
import { events } from './events.ts';
import { evolve } from './evolve.ts';
import { offers } from './offers.ts';
import { projection } from './projection.ts';
import { refusals } from './refusals.ts';
import { rules } from './rules.ts';
import { views } from './views.ts';

export const privacy: ModuleDefinition = {
  name: 'privacy',
  version: 1,
  title: 'People’s data',
  actions,
  events,
  collections,
  rules,
  refusals,
  decide: {
    'grant.give': giveGrant,
    'grant.end': endGrant,
    'restriction.place': placeRestriction,
    'restriction.lift': liftRestriction,
    'objection.enter': enterObjection,
    'objection.decide': decideObjection,
    'hold.place': placeHold,
    'hold.release': releaseHold,
    'access.anchor': anchorAccess,
    'access.withhold': withholdAccess,
    'erasure.request': requestErasure,
    'erasure.extend': extendErasure,
    'erasure.decide': decideErasure,
    'erasure.attest': attestErasure,
    'retention.set': setRetention,
  },
  evolve,
  deadlines: {
    'grant.end': grantIsOver,
    'hold.end': holdIsOver,
    'access.show': withholdingIsOver,
    'erasure.overdue': erasureIsOverdue,
    'retention.due': retentionIsOver,
  },
  offers,
  projection,
  views,
};
