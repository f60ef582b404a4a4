/**
 * The office of a simulation: a handful of officers who hold several roles each, so that rules about who may not act twice are
 * put to the test; their charter; and a pen that writes transactions, good and bad. Its keys are the same in every seed: a
 * thousand seeds share one charter, and no seed depends on when it runs.
 */
import { catalogue } from '@tabularium/catalogue';
import { type Es256Key, type NodeKeys, nodeCrypto, nodeSigner, nodeVkeys, signEs256 } from '@tabularium/crypto';
import type { NodeSigner } from '@tabularium/engine-port';
import { type Charter, type CharterDraft, cosignerName, encodeCharter, makeCharter } from '@tabularium/kernel';
import {
  type Crypto,
  encodeBase64,
  encodeTransaction,
  type JsonObject,
  jwkToPoint,
  makeUlid,
  type PublicJwk,
  type TransactionPayload,
  thumbprint,
  toHex,
  transactionName,
} from '@tabularium/protocol';
import { defaultRoles, type SeededRandom, seededRandom } from '@tabularium/scenarios';
import { seededEs256, seededNodeKeys } from './seeded-keys.ts';
import { standIn, standInCrypto } from './stand-in-signatures.ts';

export interface Person {
  readonly code: string;
  /** Roles, all in the office `hall` of the person's agency. */
  readonly roles: readonly string[];
  readonly office: string;
  readonly kid: string;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** A transaction as submitted, with what a simulation wants to know of it. */
export interface Written {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly kid: string;
  readonly id: string;
  /** NumericDate seconds. */
  readonly exp: number;
  readonly action: string;
  readonly body: JsonObject;
}

const STAFF: readonly (readonly [code: string, agency: string, roles: readonly string[]])[] = [
  ['ash', 'town', ['accountant', 'clerk', 'spending-unit', 'intake']],
  ['birch', 'town', ['accountant', 'authorising-officer', 'budget-controller', 'registrar']],
  ['cedar', 'town', ['cashier', 'spending-unit', 'mayor', 'intake', 'vault']],
  ['elm', 'town', ['cashier', 'authorising-officer', 'clerk', 'registrar']],
  ['fir', 'town', ['budget-controller', 'mayor', 'accountant', 'data-protection-officer']],
  ['hazel', 'audit', ['auditor', 'data-protection-officer', 'vault']],
  ['juniper', 'court', ['judge', 'vault']],
  ['larch', 'court', ['judge']],
];

const START = 1_893_500_000_000;
const DAY = 86_400_000;
const NO_ID = '0'.repeat(26);

/** Everything that is the same in every seed. */
export class SimulatedOffice {
  /** ms UTC at which the ledger is founded: some minutes past New Year 2030 in the office's zone. */
  static readonly start = START - (START % DAY);
  readonly charter: Charter;
  readonly leaf: Uint8Array;
  readonly digest: string;
  readonly people: readonly Person[];
  readonly stranger: Person;
  readonly signer: NodeSigner;
  readonly vkeys: { readonly log: string; readonly cosigner: string };

  readonly crypto: Crypto;

  /** `stand-in` signatures make a seed repeatable to the last byte; `real` ones are ES256 and Ed25519. */
  constructor(signatures: 'stand-in' | 'real' = 'stand-in') {
    const real = signatures === 'real';
    this.crypto = real ? nodeCrypto : standInCrypto;
    const random = seededRandom(0x0ff1ce);
    const secondKeys = new Map<string, Jwk>();
    const person = (code: string, office: string, roles: readonly string[]): Staff => {
      const key = seededEs256(random);
      secondKeys.set(code, seededEs256(random).jwk);
      return {
        code,
        roles,
        office,
        kid: thumbprint(key.jwk, nodeCrypto),
        sign: real ? signEs256(key.privateKey) : marking(key.jwk),
        jwk: key.jwk,
      };
    };
    const staff = STAFF.map(([code, agency, roles]) => person(code, `${agency}-hall`, roles));
    this.people = staff;
    this.stranger = person('stranger', 'town-hall', ['accountant']);
    const keys: NodeKeys = seededNodeKeys(random);
    this.charter = makeCharter(draft(staff, secondKeys, keys), nodeCrypto);
    this.leaf = encodeCharter(this.charter, nodeCrypto);
    this.digest = toHex(nodeCrypto.sha256(this.leaf));
    this.signer = real
      ? nodeSigner(keys)
      : {
          signLog: (message) => standIn(keys.log.publicKey, message),
          signCosign: (message) => standIn(keys.cosigner.publicKey, message),
          signNotice: marking(keys.notice.jwk),
        };
    this.vkeys = nodeVkeys(keys, this.charter.origin, cosignerName(this.charter, 'one'));
  }

  /** Those who hold a role, in the order of the charter. */
  holders(role: string): readonly Person[] {
    return this.people.filter(({ roles }) => roles.includes(role));
  }
}

type Jwk = Es256Key['jwk'];
type Staff = Person & { readonly jwk: Jwk };

/** The charter of the office: everyday rules, short deadlines, a court, an auditor and one node. */
function draft(staff: readonly Staff[], secondKeys: ReadonlyMap<string, Jwk>, { log, cosigner, notice }: NodeKeys): CharterDraft {
  const until = SimulatedOffice.start + 20_000 * DAY;
  return {
    name: 'simulated',
    log: 'public',
    agencies: { town: {}, audit: {}, court: {} },
    offices: { 'town-hall': { agency: 'town' }, 'audit-hall': { agency: 'audit' }, 'court-hall': { agency: 'court' } },
    officers: Object.fromEntries(
      staff.map(({ code, office, roles, jwk }, n) => [
        code,
        {
          agency: STAFF[n]![1],
          keys: [jwk, secondKeys.get(code)!].map((key) => ({ kind: 'es256' as const, jwk: key })),
          roles: roles.map((role) => ({ role, office, until })),
        },
      ]),
    ),
    nodes: { one: { agency: 'town', log: encodeBase64(log.publicKey), cosigner: encodeBase64(cosigner.publicKey), notice: notice.jwk } },
    nodeQuorum: 1,
    witnesses: {},
    witnessQuorum: 0,
    modules: Object.fromEntries(catalogue.map(({ name, version }) => [name, [{ version, from: 0 }]])),
    roles: defaultRoles(catalogue),
    signers: {},
    amendQuorum: 2,
    recovery: { agencies: ['audit'], hours: 72 },
    review: { agencies: ['court'] },
    calendar: { zone: 'Etc/Simulated', offsets: [{ from: 0, minutes: 60 }], weekend: [6, 7], holidays: [] },
    parameters: {
      privacy: {
        holders: ['town'],
        purposes: { registration: { basis: 'legal-duty', roles: ['registrar'] }, audit: { basis: 'public-task', roles: ['auditor'] } },
      },
    },
    limits: { maxExpirySeconds: 86_400, maxLagMs: 2_000, proposalDays: 5 },
    founding: { officers: ['ash', 'hazel'], quorum: 2 },
  };
}

function marking(jwk: PublicJwk): (message: Uint8Array) => Uint8Array {
  const { x } = jwkToPoint(jwk)!;
  return (message) => standIn(x, message);
}

export interface Pen {
  readonly office: SimulatedOffice;
  readonly random: SeededRandom;
  /** ms UTC. */
  readonly now: number;
}

/** What of a payload may be spoiled or fixed. */
export interface Fields {
  readonly role?: string;
  readonly exp?: number;
  readonly ledger?: string;
  readonly id?: string;
  /** Mandate under which the person acts. */
  readonly mandate?: string;
  /** State key → revision relied on. */
  readonly on?: Readonly<Record<string, number>>;
}

export function payloadOf(
  office: SimulatedOffice,
  person: Person,
  fields: Fields & { readonly action: string; readonly body: JsonObject },
): TransactionPayload {
  const { action, body, role, exp = 0, ledger = office.charter.origin, id = NO_ID, mandate, on } = fields;
  const as = role === undefined ? {} : { as: `${role}@${person.office}` };
  return { ledger, id, action, ...as, ...(mandate === undefined ? {} : { for: mandate }), exp, ...(on === undefined ? {} : { on }), body };
}

/** Writes and signs a transaction of a person. */
export function write({ office, random, now }: Pen, person: Person, action: string, body: JsonObject, fields: Fields = {}): Written {
  const { exp = Math.floor(now / 1_000) + random.between(60, 86_000), id = makeUlid(now, random.bytes(10)) } = fields;
  const bytes = encodeTransaction(payloadOf(office, person, { ...fields, action, body, exp, id }), person.kid, person.sign);
  return { bytes, name: transactionName(bytes.subarray(0, bytes.lastIndexOf(0x2e)), nodeCrypto), kid: person.kid, id, exp, action, body };
}
