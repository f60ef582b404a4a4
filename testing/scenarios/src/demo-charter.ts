/**
 * The charter of the demo town, all but its keys: agencies, offices, officers with their roles, who may sign what (from the
 * modules' own defaults), the calendar and the zone. Whoever founds the ledger, the node at `init` or a test, hands in keys.
 */
import type { CharterDraft, EnrolledKey, ModuleDefinition } from '@tabularium/kernel';
import { TOWN } from './town-budget.ts';
import { holidays, utcOffsets } from './town-calendar.ts';
import { OFFICERS, OFFICES } from './town-staff.ts';

export interface DemoKeys {
  /** Two keys of each officer, by code; the first is the everyday one that signs the year. */
  readonly officers: Readonly<Record<string, readonly EnrolledKey[]>>;
  readonly nodes: CharterDraft['nodes'];
  readonly witnesses: CharterDraft['witnesses'];
}

/** Years after the demo's for which calendar and roles are laid down, so that the town can go on. */
const YEARS_AHEAD = 12;

/** What people's data is used for, on which basis of GDPR art. 6(1), and which roles may read it for that. */
const PURPOSES = {
  registration: { basis: 'legal-duty', roles: ['registrar'] },
  'request-of-the-person': { basis: 'legal-duty', roles: ['intake', 'registrar', 'data-protection-officer'] },
  payment: { basis: 'legal-duty', roles: ['accountant', 'authorising-officer', 'cashier'] },
  audit: { basis: 'public-task', roles: ['auditor'] },
  investigation: { basis: 'legal-duty', roles: ['judge'] },
};

const PER_MODULE: ReadonlySet<string> = new Set(['kernel.correct', 'kernel.annul']);

/** Role → actions it may sign, as the modules' own declarations have it. */
export function defaultRoles(catalogue: readonly ModuleDefinition[]): Record<string, string[]> {
  const roles: Record<string, string[]> = {};
  const others = catalogue.map(({ name }) => name).filter((name) => name !== 'kernel');
  for (const definition of catalogue) {
    for (const [action, { roles: holders, internal }] of Object.entries(definition.actions)) {
      if (internal === true) continue;
      const full = `${definition.name}.${action}`;
      // Corrections and annulments are given for one module each.
      const given = PER_MODULE.has(full) ? others.map((name) => `${full}/${name}`) : [full];
      for (const role of holders) roles[role] = [...(roles[role] ?? []), ...given];
    }
  }
  return roles;
}

/** `year` is the budget year that `townYear` tells. */
export function demoCharterDraft(year: number, catalogue: readonly ModuleDefinition[], keys: DemoKeys): CharterDraft {
  const agencies = [...new Set(Object.values(OFFICES).map(({ agency }) => agency))];
  const until = Date.UTC(year + YEARS_AHEAD, 0, 1);
  const years = Array.from({ length: YEARS_AHEAD + 2 }, (_, n) => year - 1 + n);
  return {
    name: TOWN.name.toLowerCase(),
    log: 'public',
    agencies: Object.fromEntries(agencies.map((agency) => [agency, {}])),
    offices: Object.fromEntries(Object.entries(OFFICES).map(([office, { agency }]) => [office, { agency }])),
    officers: Object.fromEntries(
      OFFICERS.map(({ code, agency, roles: held }) => [
        code,
        {
          agency,
          keys: [...keysOf(code, keys)],
          roles: held.map((term) => {
            const [role = '', office = ''] = term.split('@');
            return { role, office, until };
          }),
        },
      ]),
    ),
    nodes: keys.nodes,
    nodeQuorum: Object.keys(keys.nodes).length,
    witnesses: keys.witnesses,
    witnessQuorum: 0,
    modules: Object.fromEntries(catalogue.map(({ name, version }) => [name, [{ version, from: 0 }]])),
    roles: defaultRoles(catalogue),
    signers: {},
    amendQuorum: 3,
    recovery: { agencies: ['court-of-audit'], hours: 72 },
    review: { agencies: ['district-court'] },
    calendar: {
      zone: 'Europe/Vienna',
      offsets: utcOffsets(year - 1, year + YEARS_AHEAD),
      weekend: [6, 7],
      holidays: years.flatMap(holidays),
    },
    parameters: { privacy: { holders: ['vellmere'], purposes: PURPOSES }, records: { archive: 'state-archive' } },
    limits: { maxExpirySeconds: 86_400, maxLagMs: 2_000, proposalDays: 14 },
    founding: { officers: ['mayor-1', 'council-1', 'audit-1'], quorum: 3 },
  };
}

function keysOf(code: string, keys: DemoKeys): readonly EnrolledKey[] {
  const found = keys.officers[code];
  if (found === undefined) throw new Error(`no keys for officer ${code}`);
  return found;
}
