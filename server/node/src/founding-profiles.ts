/**
 * Ready-made charters for `tabularium init` (issue 3 §2): who works in a small office or a town, in which roles, and who stands outside.
 * What each role may sign comes from the modules' own defaults; whoever needs another house gives a draft of a charter instead.
 */
import { catalogue } from '@tabularium/catalogue';
import type { CharterDraft, EnrolledKey } from '@tabularium/kernel';
import type { FoundingNode } from './found-ledger.ts';
import { zoneOffsets } from './zone-offsets.ts';

interface Post {
  readonly agency: 'office' | 'review' | 'court';
  /** `role@office`, the everyday one first. */
  readonly roles: readonly string[];
}

export interface Profile {
  readonly title: string;
  readonly posts: Readonly<Record<string, Post>>;
  readonly founders: readonly string[];
  readonly foundingQuorum: number;
  readonly amendQuorum: number;
  /** Agencies that help replace lost keys, and those whose orders are carried out. */
  readonly recovery: readonly Post['agency'][];
  readonly review: readonly Post['agency'][];
  /** Where the review body is one person: how many of those who sign an order are of it, and who of the office may countersign. */
  readonly orders?: { readonly quorum: number; readonly countersign: readonly string[] };
}

export const PROFILES = {
  small: {
    title: 'Three officers, one outside reviewer',
    posts: {
      head: { agency: 'office', roles: ['mayor@office', 'authorising-officer@office', 'registrar@office'] },
      clerk: { agency: 'office', roles: ['clerk@office', 'spending-unit@office', 'cashier@office', 'registrar@office'] },
      accountant: { agency: 'office', roles: ['accountant@office', 'budget-controller@office', 'intake@office'] },
      reviewer: { agency: 'review', roles: ['auditor@review', 'judge@review', 'data-protection-officer@review'] },
    },
    founders: ['head', 'clerk', 'accountant', 'reviewer'],
    foundingQuorum: 3,
    amendQuorum: 3,
    recovery: ['review'],
    review: ['review'],
    orders: { quorum: 1, countersign: ['mayor', 'clerk'] },
  },
  town: {
    title: 'A town hall with separate offices, auditors and a court outside',
    posts: {
      mayor: { agency: 'office', roles: ['mayor@mayor'] },
      clerk: { agency: 'office', roles: ['clerk@council'] },
      'deputy-clerk': { agency: 'office', roles: ['clerk@council'] },
      budget: { agency: 'office', roles: ['budget-controller@budget'] },
      accountant: { agency: 'office', roles: ['accountant@accounts'] },
      'deputy-accountant': { agency: 'office', roles: ['accountant@accounts'] },
      finance: { agency: 'office', roles: ['authorising-officer@finance'] },
      cashier: { agency: 'office', roles: ['cashier@cash'] },
      works: { agency: 'office', roles: ['spending-unit@works'] },
      schools: { agency: 'office', roles: ['spending-unit@schools'] },
      social: { agency: 'office', roles: ['spending-unit@social'] },
      'registrar-1': { agency: 'office', roles: ['registrar@registers'] },
      'registrar-2': { agency: 'office', roles: ['registrar@registers'] },
      intake: { agency: 'office', roles: ['intake@counter'] },
      'data-protection': { agency: 'office', roles: ['data-protection-officer@data-protection'] },
      'auditor-1': { agency: 'review', roles: ['auditor@audit'] },
      'auditor-2': { agency: 'review', roles: ['auditor@audit'] },
      'judge-1': { agency: 'court', roles: ['judge@registry'] },
      'judge-2': { agency: 'court', roles: ['judge@registry'] },
    },
    founders: ['mayor', 'clerk', 'auditor-1'],
    foundingQuorum: 3,
    amendQuorum: 3,
    recovery: ['review'],
    review: ['court'],
  },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;

export interface ProfileChoices {
  readonly profile: ProfileName;
  /** Name of the ledger: lowercase, a schema-less URL such as `ledger.vellmere.example`. */
  readonly name: string;
  /** IANA zone. */
  readonly zone: string;
  /** Civil dates on which offices are closed besides weekends. */
  readonly holidays: readonly string[];
  /** Public keys, two or more, of each post. */
  readonly keys: Readonly<Record<string, readonly EnrolledKey[]>>;
  readonly witnesses: CharterDraft['witnesses'];
  readonly log: CharterDraft['log'];
  readonly node: FoundingNode;
  /** Public address of the node. */
  readonly url?: string;
  /** Of founding, ms UTC: terms and calendar are laid down from here. */
  readonly now: number;
}

/** What people's data is used for, on which basis of GDPR art. 6(1), and which roles may read it for that. */
const PURPOSES = {
  registration: { basis: 'legal-duty', roles: ['registrar'] },
  'request-of-the-person': { basis: 'legal-duty', roles: ['intake', 'registrar', 'data-protection-officer'] },
  payment: { basis: 'legal-duty', roles: ['accountant', 'authorising-officer', 'cashier'] },
  audit: { basis: 'public-task', roles: ['auditor'] },
  investigation: { basis: 'legal-duty', roles: ['judge'] },
};

const TERM_YEARS = 4;
const CALENDAR_YEARS = 20;
/** Standing actions are given for one module each. */
const PER_MODULE: ReadonlySet<string> = new Set(['kernel.correct', 'kernel.annul']);

export function profileDraft(choices: ProfileChoices): CharterDraft {
  const { name, log, zone, holidays, keys, witnesses, node, url, now } = choices;
  const profile: Profile = PROFILES[choices.profile];
  const posts = Object.entries(profile.posts);
  const year = new Date(now).getUTCFullYear();
  const until = Date.UTC(year + TERM_YEARS, 11, 31);
  return {
    name,
    log,
    agencies: Object.fromEntries(posts.map(([, { agency }]) => [agency, {}])),
    offices: Object.fromEntries(posts.flatMap(([, { agency, roles }]) => roles.map((term) => [splitTerm(term).office, { agency }]))),
    officers: Object.fromEntries(
      posts.map(([post, { agency, roles }]) => [
        post,
        { agency, keys: [...(keys[post] ?? [])], roles: roles.map((term) => ({ ...splitTerm(term), until })) },
      ]),
    ),
    nodes: { 'node-1': { agency: 'office', ...node, ...(url === undefined ? {} : { url }) } },
    nodeQuorum: 1,
    witnesses,
    witnessQuorum: 0,
    modules: Object.fromEntries(catalogue.map(({ name: module, version }) => [module, [{ version, from: 0 }]])),
    roles: grantedActions(profile.orders?.countersign),
    signers: {},
    amendQuorum: profile.amendQuorum,
    recovery: { agencies: [...profile.recovery], hours: 72 },
    review: { agencies: [...profile.review], ...(profile.orders === undefined ? {} : { quorum: profile.orders.quorum }) },
    calendar: { zone, offsets: zoneOffsets(zone, year - 1, year + CALENDAR_YEARS), weekend: [6, 7], holidays: [...holidays].sort() },
    parameters: { privacy: { holders: ['office'], purposes: PURPOSES } },
    limits: { maxExpirySeconds: 86_400, maxLagMs: 2_000, proposalDays: 14 },
    founding: { officers: [...profile.founders], quorum: profile.foundingQuorum },
  };
}

function splitTerm(term: string): { role: string; office: string } {
  const at = term.indexOf('@');
  return { role: term.slice(0, at), office: term.slice(at + 1) };
}

const ORDER = 'kernel.order.execute';

/** Role → actions, as the modules declare them; `countersign`: roles that sign a court's order besides its own. */
function grantedActions(countersign: readonly string[] = []): CharterDraft['roles'] {
  const granted: Record<string, string[]> = {};
  const others = catalogue.filter(({ name }) => name !== 'kernel');
  for (const { name, actions } of catalogue) {
    for (const [action, { roles, internal }] of Object.entries(actions)) {
      if (internal === true) continue;
      const full = `${name}.${action}`;
      const given = PER_MODULE.has(full) ? others.map((module) => `${full}/${module.name}`) : [full];
      for (const role of full === ORDER ? [...roles, ...countersign] : roles) granted[role] = [...(granted[role] ?? []), ...given];
    }
  }
  return granted;
}
