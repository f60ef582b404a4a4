/**
 * What an officer may sign now, and in which role: read forward from the charter what `authority.ts` asks of each transaction. A screen offers
 * this; whether one act is accepted is decided when it comes.
 */
import type { JsonObject } from '@tabularium/protocol';
import { isSignedAlone, permissionOf, permits } from './authority.ts';
import type { ModuleDefinition } from './module.ts';
import {
  CHARTER_KEY,
  type CharterRecord,
  type MandateRecord,
  mandateKey,
  type OfficerRecord,
  officerKey,
  type RoleTerm,
} from './records.ts';
import { inForce } from './role-terms.ts';

const AMEND = 'kernel.charter.amend';
/** Done for another action, or once. */
const ASIDE: ReadonlySet<string> = new Set(['kernel.propose', 'kernel.approve', 'kernel.charter.accept']);

export interface Entitlement {
  readonly action: string;
  /** How many different people sign it. */
  readonly signers: number;
  /** `role@office`; absent where it belongs to the person. */
  readonly as?: string;
  /** The mandate under which it is signed, where the role is another's. */
  readonly for?: string;
  /** Every role that may sign it; none where it belongs to the person. */
  readonly roles: readonly string[];
}

export interface Entitled {
  readonly officer: string;
  readonly agency: string;
  /** Roles held now. */
  readonly terms: readonly RoleTerm[];
  /** In force, given or held. */
  readonly mandates: readonly (MandateRecord & { readonly id: string })[];
  /** How long a proposal waits for signatures. */
  readonly proposalDays: number;
  /** In the order of the catalogue; one's own role before another's. */
  readonly actions: readonly Entitlement[];
}

export interface EntitlementOptions {
  /** A record of the newest state. */
  readonly record: (key: string) => JsonObject | undefined;
  readonly catalogue: readonly ModuleDefinition[];
  /** Of the next block. */
  readonly height: number;
  /** ms UTC. */
  readonly time: number;
}

/** Undefined where nobody active has this code, or it is a program's. */
export function entitlementsOf(id: string, { record, catalogue, height, time }: EntitlementOptions): Entitled | undefined {
  const officer = record(officerKey(id)) as (OfficerRecord & JsonObject) | undefined;
  const charter = record(CHARTER_KEY) as (CharterRecord & JsonObject) | undefined;
  if (officer?.status !== 'active' || officer.kind !== 'officer' || charter === undefined) return undefined;
  const modules = catalogue.filter(
    ({ name, version }) =>
      Object.hasOwn(charter.modules, name) && charter.modules[name]!.findLast(({ from }) => from <= height)?.version === version,
  );
  const terms = officer.roles.filter((term) => inForce(term, time));
  const mandates = mandatesOf(officer, record, time);
  const rights: readonly Right[] = [
    ...terms.map(({ role, office }) => ({ role, office })),
    ...mandates.filter(({ to }) => to === id).map(({ role, office, id: mandate, actions }) => ({ role, office, mandate, actions })),
  ];
  const names = modules.map(({ name }) => name);
  const actions = modules.flatMap((module) =>
    Object.entries(module.actions).flatMap(([local, { internal, signers = 1 }]): Entitlement[] => {
      const action = `${module.name}.${local}`;
      if (internal === true || ASIDE.has(action)) return [];
      const raised = Object.hasOwn(charter.signers, action) ? charter.signers[action]! : 1;
      const needed = action === AMEND ? charter.amendQuorum : isSignedAlone(action) ? 1 : Math.max(signers, raised);
      if (action !== AMEND && isSignedAlone(action)) return [{ action, signers: 1, roles: [] }];
      const permissions = permissionOf(action, names);
      const roles = Object.keys(charter.roles).filter((role) => permissions.some((permission) => permits(charter, role, permission)));
      const right = rights.find((one) => mayUse(one, action) && roles.includes(one.role));
      if (right === undefined) return [];
      const { role, office, mandate } = right;
      return [{ action, signers: needed, roles, as: `${role}@${office}`, ...(mandate === undefined ? {} : { for: mandate }) }];
    }),
  );
  return { officer: id, agency: officer.agency, terms, mandates, proposalDays: charter.limits.proposalDays, actions };
}

interface Right {
  readonly role: string;
  readonly office: string;
  readonly mandate?: string;
  /** What a mandate is limited to; empty: nothing. */
  readonly actions?: readonly string[];
}

function mayUse({ actions = [] }: Right, action: string): boolean {
  return actions.length === 0 || actions.includes(action);
}

function mandatesOf({ mandates = [] }: OfficerRecord, record: EntitlementOptions['record'], time: number): Entitled['mandates'] {
  return mandates.flatMap((id) => {
    const mandate = record(mandateKey(id)) as (MandateRecord & JsonObject) | undefined;
    return mandate?.status === 'active' && time < mandate.until ? [{ ...mandate, id }] : [];
  });
}
