/** The module's collections. Those named by a handle have no order worth keeping: nobody reads through cases. */
import type { CollectionDefinition } from '@tabularium/kernel';
import { annulGrant, annulHold, annulWithholding, reopenErasure, withdrawErasure } from './standing.ts';
import {
  AnchorRecord,
  CaseRecord,
  ErasureRecord,
  GrantRecord,
  HoldRecord,
  ObjectionRecord,
  RegisterRecord,
  WithholdingRecord,
} from './state.ts';

export const collections = {
  case: { schema: CaseRecord, v: 1, unordered: true },
  register: { schema: RegisterRecord, v: 1 },
  grant: { schema: GrantRecord, v: 1, unordered: true, annul: annulGrant },
  objection: { schema: ObjectionRecord, v: 1, unordered: true },
  hold: { schema: HoldRecord, v: 1, unordered: true, annul: annulHold },
  withholding: { schema: WithholdingRecord, v: 1, unordered: true, annul: annulWithholding },
  anchor: { schema: AnchorRecord, v: 1 },
  erasure: { schema: ErasureRecord, v: 1, unordered: true, withdraw: withdrawErasure, reopen: reopenErasure },
} as const satisfies Record<string, CollectionDefinition>;
