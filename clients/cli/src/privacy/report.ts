/**
 * The record of processing (GDPR art. 30) and the facts for an impact assessment (art. 35), from what the modules declare and the charter says.
 * Nothing is typed in by hand, so that what is on file is what the software does.
 */
import type { ModuleDefinition } from '@tabularium/kernel';
import { disclosurePlan } from '@tabularium/protocol';

/** What of a charter is told. */
export interface ReportCharter {
  readonly name: string;
  readonly log?: string;
  readonly agencies: Readonly<Record<string, object>>;
  readonly review?: { readonly agencies: readonly string[] };
  readonly modules: Readonly<Record<string, unknown>>;
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A row of the list `privacy/grants`. */
export interface GrantRow {
  readonly id: string;
  readonly agency: string;
  readonly register: string | null;
  readonly purpose: string;
  readonly basis: string;
  readonly until: string;
}

export interface PersonalField {
  readonly action: string;
  readonly title: string;
  /** `items[].person`. */
  readonly field: string;
  readonly label: string;
  /** Who it is about; the person whose case it is unless the module says otherwise. */
  readonly about: string;
  /** The member of the body that names the case. */
  readonly case: string;
  readonly required: boolean;
  /** Who may enter it, as the charter has it. */
  readonly roles: readonly string[];
}

export interface PurposeOfUse {
  readonly purpose: string;
  readonly basis: string;
  readonly roles: readonly string[];
  /** Modules it is for; absent: all. */
  readonly modules?: readonly string[];
}

export interface PrivacyReport {
  readonly ledger: string;
  readonly log: string;
  readonly controllers: readonly string[];
  readonly reviewers: readonly string[];
  readonly holders: readonly string[];
  readonly modules: readonly { readonly module: string; readonly title: string; readonly fields: readonly PersonalField[] }[];
  readonly purposes: readonly PurposeOfUse[];
  /** Retention class → what the charter's parameter says of it. */
  readonly retention: Readonly<Record<string, unknown>>;
  /** Grants that stand; absent where no ledger was asked. Of grants for single cases no case is told. */
  readonly recipients?: readonly (Omit<GrantRow, 'id' | 'register'> & { readonly of: string; readonly grants: number })[];
  /** Terms in force, in days. */
  readonly terms: { readonly grant: number; readonly withhold: number; readonly withholdMost: number };
}

interface ReportOptions {
  readonly catalogue: readonly ModuleDefinition[];
  readonly charter: ReportCharter;
  readonly grants?: readonly GrantRow[];
}

const PERSON = 'the person whose case it is';
const TERMS = { 'grant-days': 1_096, 'withhold-days': 183, 'withhold-most-days': 731 } as const;

export function reportOf({ catalogue, charter, grants }: ReportOptions): PrivacyReport {
  const parameters = charter.parameters.privacy ?? {};
  const inForce = catalogue.filter(({ name }) => Object.hasOwn(charter.modules, name));
  const term = (name: keyof typeof TERMS): number => (typeof parameters[name] === 'number' ? parameters[name] : TERMS[name]);
  return {
    ledger: charter.name,
    log: charter.log ?? 'public',
    controllers: Object.keys(charter.agencies).sort(),
    reviewers: [...(charter.review?.agencies ?? [])].sort(),
    holders: texts(parameters.holders),
    modules: inForce
      .map((module) => ({ module: module.name, title: module.title, fields: fieldsOf(module, charter) }))
      .filter(({ fields }) => fields.length > 0),
    purposes: Object.entries(members(parameters.purposes)).map(([purpose, said]) => purposeOf(purpose, members(said))),
    retention: members(parameters.retention),
    ...(grants === undefined ? {} : { recipients: recipientsOf(grants) }),
    terms: { grant: term('grant-days'), withhold: term('withhold-days'), withholdMost: term('withhold-most-days') },
  };
}

const members = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

function purposeOf(purpose: string, said: Readonly<Record<string, unknown>>): PurposeOfUse {
  const modules = texts(said.modules);
  const basis = typeof said.basis === 'string' ? said.basis : '';
  return { purpose, basis, roles: texts(said.roles), ...(modules.length === 0 ? {} : { modules }) };
}

function fieldsOf(module: ModuleDefinition, { roles }: ReportCharter): PersonalField[] {
  const fields: PersonalField[] = [];
  for (const [local, { title, body }] of Object.entries(module.actions)) {
    const action = `${module.name}.${local}`;
    const may = Object.keys(roles).filter((role) => roles[role]!.includes(action));
    const visit = (plan: NonNullable<ReturnType<typeof disclosurePlan>>, path: string, inherited: string): void => {
      const named = plan.case === undefined ? inherited : `${path}${plan.case}`;
      for (const { name, kind, schema, required, about = PERSON } of plan.declared.values()) {
        if (kind !== 'personal') continue;
        const label = (schema as { readonly title?: string }).title ?? name;
        fields.push({ action, title, field: `${path}${name}`, label, about, case: named, required, roles: may });
      }
      for (const [name, member] of plan.members) visit(member, `${path}${name}.`, named);
      if (plan.items !== undefined) visit(plan.items, `${path.replace(/\.$/, '')}[].`, named);
    };
    const plan = disclosurePlan(body);
    if (plan !== undefined) visit(plan, '', '');
  }
  return fields;
}

/** By agency, what of, purpose, basis and day; grants for single cases are counted and their cases left out: the report is read by many. */
function recipientsOf(grants: readonly GrantRow[]): NonNullable<PrivacyReport['recipients']> {
  const found = new Map<string, { agency: string; of: string; purpose: string; basis: string; until: string; grants: number }>();
  for (const { agency, register, purpose, basis, until } of grants) {
    const of = register ?? 'single cases';
    const key = [agency, of, purpose, basis].join(' ');
    const known = found.get(key);
    if (known === undefined) found.set(key, { agency, of, purpose, basis, until, grants: 1 });
    else found.set(key, { ...known, until: known.until > until ? known.until : until, grants: known.grants + 1 });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
