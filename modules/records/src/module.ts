/** Records as the kernel, API, portal, CLI and SDK read them: everything declared in this folder, wired together. */
import type { ModuleDefinition } from '@tabularium/kernel';
import { actions, type SharedAction } from './actions.ts';
import { collections } from './collections.ts';
import { deadlines } from './deadlines.ts';
import { approveCorrection, correct, refuseCorrection } from './decide-correction.ts';
import { disposeDocuments, enterDocument, revokeDocument, supersedeDocument } from './decide-document.ts';
import { decideDuplicate, flagDuplicate } from './decide-duplicate.ts';
import { archive, bringBack, certify, declare, register, reject, validate } from './decide-record.ts';
import {
  answerRequest,
  extendRequest,
  fileRequest,
  pauseRequest,
  reopenRequest,
  resumeRequest,
  reviewRequest,
  withdrawRequest,
} from './decide-request.ts';
import { confirmTransfer, prepareTransfer } from './decide-transfer.ts';
import { events } from './events.ts';
import { evolve } from './evolve.ts';
import { projection } from './projection.ts';
import { refusals } from './refusals.ts';
import { rules } from './rules.ts';
import { recordTypes } from './types.ts';
import { views } from './views.ts';

const ofTypes: ModuleDefinition['decide'] = Object.fromEntries(
  Object.keys(recordTypes).flatMap((type): [string, ModuleDefinition['decide'][string]][] => [
    [`${type}.declare`, declare(type)],
    [`${type}.register`, register(type)],
    [`${type}.correct`, correct(type)],
  ]),
);

const shared: Readonly<Record<SharedAction, ModuleDefinition['decide'][string]>> = {
  validate,
  reject,
  'duplicate.flag': flagDuplicate,
  'duplicate.decide': decideDuplicate,
  'correction.approve': approveCorrection,
  'correction.refuse': refuseCorrection,
  certify,
  archive,
  reinstate: bringBack,
  'document.enter': enterDocument,
  'document.supersede': supersedeDocument,
  'document.revoke': revokeDocument,
  'document.dispose': disposeDocuments,
  'transfer.prepare': prepareTransfer,
  'transfer.confirm': confirmTransfer,
  'request.file': fileRequest,
  'request.clarify': pauseRequest,
  'request.resume': resumeRequest,
  'request.extend': extendRequest,
  'request.answer': answerRequest,
  'request.review': reviewRequest,
  'request.withdraw': withdrawRequest,
  'request.reopen': reopenRequest,
};

export const records: ModuleDefinition = {
  name: 'records',
  version: 1,
  title: 'Records',
  actions,
  events,
  collections,
  rules,
  refusals,
  decide: { ...ofTypes, ...shared },
  evolve,
  deadlines,
  /** The neighbour that guards people's rights says how a case stands, and is told when one is due for erasure. */
  needs: { cases: { questions: ['standing'], orders: ['retention.set'] } },
  projection,
  views,
};
