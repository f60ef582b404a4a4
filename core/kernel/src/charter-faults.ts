/**
 * What a charter may not be, beyond its form: references that lead nowhere, quorums nobody can reach, keys that are none. A fault found
 * here at founding costs a correction of a file; one found later could stop the ledger, so amendments are held to the same list.
 */
import { parsePolicy } from '@tabularium/log';
import {
  type Crypto,
  decodeBase64,
  isOrigin,
  type JsonObject,
  type JsonValue,
  jwkToPoint,
  onCurve,
  type PublicJwk,
  thumbprint,
} from '@tabularium/protocol';
import { isSignedAlone, ORDER_SIGNERS } from './authority.ts';
import { isDay } from './calendar.ts';
import type { Charter, CharterSections } from './charter.ts';
import { countsInQuorum, policyText } from './policy-text.ts';

type Sections = Pick<Charter, keyof typeof CharterSections>;

/** Faults of a whole charter, in words; none if it can found a ledger. */
export function charterFaults(charter: Charter, crypto: Crypto): string[] {
  return [
    ...sectionFaults(charter, crypto),
    ...officerFaults(charter, crypto),
    ...foundingFaults(charter),
    ...predecessorFaults(charter, crypto),
  ];
}

/** Faults of the sections that an amendment may replace. `origin` and `name` stay what they are. */
export function sectionFaults(charter: Sections & Pick<Charter, 'name' | 'origin'>, crypto: Crypto): string[] {
  const faults = [
    ...agencyFaults(charter),
    ...moduleFaults(charter),
    ...parameterFaults(charter),
    ...calendarFaults(charter),
    ...nodeFaults(charter, crypto),
  ];
  for (const action of Object.keys(charter.signers))
    if (isSignedAlone(action)) faults.push(`signers names ${action}, whose number is fixed`);
  const { quorum = 1, agencies } = charter.review;
  if (quorum > Math.max(ORDER_SIGNERS, charter.signers['kernel.order.execute'] ?? 1))
    faults.push('the review quorum is larger than those who sign an order');
  if (charter.review.quorum !== undefined && agencies.length === 0) faults.push('there is a review quorum and no review body');
  return faults;
}

function agencyFaults({ agencies, offices, nodes, recovery, review }: Sections): string[] {
  const named: (readonly [what: string, agency: string])[] = [
    ...Object.entries(offices).map(([id, { agency }]) => [`office ${id}`, agency] as const),
    ...Object.entries(nodes).map(([id, { agency }]) => [`node ${id}`, agency] as const),
    ...recovery.agencies.map((agency) => ['recovery', agency] as const),
    ...review.agencies.map((agency) => ['review', agency] as const),
  ];
  return named
    .filter(([, agency]) => !Object.hasOwn(agencies, agency))
    .map(([what, agency]) => `${what} names the unknown agency ${agency}`);
}

function moduleFaults({ modules }: Sections): string[] {
  const faults = Object.entries(modules)
    .filter(([, versions]) => versions.some(({ from }, i) => i > 0 && from <= versions[i - 1]!.from))
    .map(([module]) => `the versions of ${module} are not in order of height`);
  const kernel = Object.hasOwn(modules, 'kernel') ? modules.kernel : undefined;
  // Block 1 is the charter's own; the kernel has to be there for the founders in block 2.
  if (kernel === undefined || kernel[0]!.from > 1) faults.push('the kernel is not in force from the beginning');
  return faults;
}

/** Parameters are numbers, codes, dates, addresses: nothing that reads like a sentence or a person's name stands in a leaf. */
const PARAMETER = /^[A-Za-z0-9._:/@+-]{0,128}$/;

function parameterFaults({ parameters }: Sections): string[] {
  return Object.entries(parameters)
    .filter(([, own]) => !textsIn(own as JsonObject).every((text) => PARAMETER.test(text)))
    .map(([module]) => `the parameters of ${module} hold words`);
}

/** Every string in a value, names of members too. */
function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value.flatMap(textsIn) : Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)]);
}

function calendarFaults({ calendar: { offsets, holidays } }: Sections): string[] {
  const faults = offsets.some(({ from }, i) => i > 0 && from <= offsets[i - 1]!.from) ? ['the calendar is not in order'] : [];
  for (const day of holidays) if (!isDay(day)) faults.push(`the calendar names ${day}, which is no day`);
  return faults;
}

/** The policy that state generates must be one that everybody can read. */
function nodeFaults(charter: Sections & Pick<Charter, 'name' | 'origin'>, crypto: Crypto): string[] {
  const { nodes, nodeQuorum, witnesses, witnessQuorum } = charter;
  const faults: string[] = [];
  const counting = Object.values(nodes).filter(countsInQuorum).length;
  if (counting < nodeQuorum) faults.push('the node quorum is larger than the nodes are many');
  faults.push(...validatorFaults(charter));
  if (Object.keys(witnesses).length < witnessQuorum) faults.push('the witness quorum is larger than the witnesses are many');
  for (const [id, { log, cosigner, notice }] of Object.entries(nodes)) {
    if (decodeBase64(log) === undefined || decodeBase64(cosigner) === undefined || !isKey(notice))
      faults.push(`a key of node ${id} is no key`);
  }
  if (faults.length > 0) return faults;
  const policy = parsePolicy(policyText(charter, crypto), crypto);
  return policy.ok ? [] : [`nodes and witnesses make no policy: ${policy.code}`];
}

/** Nodes vote on blocks all together or not at all, each with keys and addresses of its own. */
function validatorFaults({ nodes, nodeQuorum }: Sections): string[] {
  const validators = Object.values(nodes).flatMap(({ validator }) => (validator === undefined ? [] : [validator]));
  if (validators.length === 0) return [];
  const faults: string[] = [];
  if (validators.length < Object.keys(nodes).length) faults.push('some nodes are validators and some are none');
  const voting = validators.filter(({ power }) => power > 0).length;
  if (voting === 0) faults.push('no node has a vote');
  // Any two quorums share more nodes than a third, so that no two of them can stand for different histories.
  if (voting > 0 && nodeQuorum * 3 <= voting * 2) faults.push('the node quorum is not more than two thirds of the nodes that vote');
  for (const member of ['key', 'peer', 'exchange', 'tls'] as const) {
    if (new Set(validators.map((one) => one[member])).size < validators.length) faults.push(`two validators have the same ${member}`);
  }
  if (validators.some(({ key, tls }) => decodeBase64(key) === undefined || decodeBase64(tls) === undefined))
    faults.push('a key of a validator is no key');
  return faults;
}

function isKey(jwk: PublicJwk): boolean {
  const point = jwkToPoint(jwk);
  return point !== undefined && onCurve(point);
}

function officerFaults({ officers, agencies, roles, offices }: Charter, crypto: Crypto): string[] {
  const faults: string[] = [];
  const kids = new Set<string>();
  for (const [id, officer] of Object.entries(officers)) {
    if (!Object.hasOwn(agencies, officer.agency)) faults.push(`officer ${id} belongs to an unknown agency`);
    for (const { role, office } of officer.roles) {
      if (!Object.hasOwn(roles, role)) faults.push(`officer ${id} has the unknown role ${role}`);
      if (!Object.hasOwn(offices, office)) faults.push(`officer ${id} has a role in the unknown office ${office}`);
    }
    for (const { jwk } of officer.keys) {
      if (!isKey(jwk)) faults.push(`a key of officer ${id} is not on the curve`);
      const kid = thumbprint(jwk, crypto);
      if (kids.has(kid)) faults.push(`a key of officer ${id} is enrolled twice`);
      kids.add(kid);
    }
  }
  return faults;
}

function foundingFaults({ founding, officers, roles, amendQuorum, predecessor }: Charter): string[] {
  const faults = founding.officers.filter((id) => !Object.hasOwn(officers, id)).map((id) => `the founding officer ${id} is unknown`);
  if (new Set(founding.officers).size < founding.quorum) faults.push('the founding quorum is larger than the founders are many');
  const amenders = Object.values(officers).filter((officer) =>
    officer.roles.some(({ role }) => Object.hasOwn(roles, role) && roles[role]!.includes('kernel.charter.amend')),
  );
  // A successor has more officers than its charter lists: they come with the state.
  if (predecessor === undefined && amenders.length < amendQuorum) faults.push('no amendment could ever find its quorum');
  return faults;
}

function predecessorFaults({ predecessor }: Charter, crypto: Crypto): string[] {
  if (predecessor === undefined) return [];
  const policy = parsePolicy(predecessor.policy, crypto);
  if (!policy.ok) return [`the predecessor's policy cannot be read: ${policy.code}`];
  const known = isOrigin(predecessor.origin) && policy.policy.logs.some(({ key }) => key.name === predecessor.origin);
  return known ? [] : ["the predecessor's policy does not name its log"];
}
