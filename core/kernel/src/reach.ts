/**
 * Which actions can never gather their signers: so many must sign, and fewer may. No fault of a charter, for officers can be appointed and
 * roles given later; but whoever founds a ledger, or amends its charter, wants to hear of it before a court's order cannot be carried out.
 */
import { isSignedAlone, permissionOf, permits } from './authority.ts';
import type { Charter, CharterSections } from './charter.ts';
import type { ModuleDefinition } from './module.ts';
import type { OfficerRecord } from './records.ts';

export interface Unreachable {
  /** What a role is given, `kernel.correct/treasury`. */
  readonly permission: string;
  readonly needed: number;
  /** How many officers may sign it, of those who are asked for. */
  readonly able: number;
  /** Who is asked for: anybody whom the charter permits it, or of them the officers of review bodies or recovery agencies. */
  readonly of: 'all' | 'review' | 'recovery';
}

export interface ReachOptions {
  readonly charter: Pick<Charter, keyof typeof CharterSections>;
  /** Everybody in office. */
  readonly officers: Iterable<Pick<OfficerRecord, 'agency' | 'roles'>>;
  /** Every version that this node has; what the charter does not put in force at `height` is left out. */
  readonly catalogue: readonly ModuleDefinition[];
  readonly height: number;
  /** ms UTC: a term that is over by then counts for nothing, one that begins later does. */
  readonly time: number;
}

const AMEND = 'kernel.charter.amend';
const ORDER = 'kernel.order.execute';
const RECOVER = 'kernel.recovery.open';
/** What is signed for another action is given with that action. */
const FOR_OTHERS: ReadonlySet<string> = new Set(['kernel.propose', 'kernel.approve']);

/** In the order of the catalogue. What no role is given is left out: it is meant to be nobody's. */
export function unreachableActions({ charter, officers, catalogue, height, time }: ReachOptions): Unreachable[] {
  const inForce = catalogue.filter(
    ({ name, version }) =>
      Object.hasOwn(charter.modules, name) && charter.modules[name]!.findLast(({ from }) => from <= height)?.version === version,
  );
  const people = [...officers].map(({ agency, roles }) => ({ agency, roles: roles.filter(({ until }) => until > time) }));
  const found: Unreachable[] = [];
  for (const { permission, signers, services } of permissions(inForce)) {
    if (!Object.values(charter.roles).some((given) => given.includes(permission))) continue;
    const action = permission.split('/')[0]!;
    const needed =
      action === AMEND ? charter.amendQuorum : Math.max(signers, Object.hasOwn(charter.signers, action) ? charter.signers[action]! : 1);
    const able = people.filter(({ roles }) => roles.some(({ role }) => permits(charter, role, permission)));
    const within = (agencies: readonly string[]) => able.filter(({ agency }) => agencies.includes(agency)).length;
    const demands: Omit<Unreachable, 'permission'>[] = [
      // A program may be appointed to what one signature of a program does.
      ...(services && needed === 1 ? [] : [{ needed, able: able.length, of: 'all' } as const]),
      ...(action === ORDER
        ? [{ needed: charter.review.quorum ?? needed, able: within(charter.review.agencies), of: 'review' } as const]
        : []),
      ...(action === RECOVER ? [{ needed: 1, able: within(charter.recovery.agencies), of: 'recovery' } as const] : []),
    ];
    const missing = demands.find((demand) => demand.able < demand.needed);
    if (missing !== undefined) found.push({ permission, ...missing });
  }
  return found;
}

/** Everything that a role can be given by these modules. */
function permissions(modules: readonly ModuleDefinition[]): { permission: string; signers: number; services: boolean }[] {
  return modules.flatMap((module) =>
    Object.entries(module.actions).flatMap(([local, { internal, signers = 1, services = false }]) => {
      const action = `${module.name}.${local}`;
      if (internal === true || FOR_OTHERS.has(action) || (isSignedAlone(action) && action !== AMEND)) return [];
      const standing = local as 'correct' | 'annul';
      // Given for each module that has records to which it can be done.
      const reaches = modules.filter(({ collections }) => Object.values(collections).some((one) => one[standing] !== undefined));
      return permissionOf(
        action,
        reaches.map(({ name }) => name),
      ).map((permission) => ({ permission, signers, services }));
    }),
  );
}
