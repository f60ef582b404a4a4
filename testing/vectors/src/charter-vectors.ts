/**
 * Vectors of docs/spec/charter.md: leaf 0 as text, its origin and digest and the state it founds; and leaves that are no charter, each for
 * one reason. Written without core's own code.
 */
import { noteKey } from './log-keys.ts';
import { stateRoot } from './reference-state.ts';
import type { VectorFile } from './vector-file.ts';
import { base64url, makeKey, sha256, type VectorKey } from './vector-keys.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };
type JsonObject = { readonly [member: string]: Json };

interface CharterVector {
  readonly name: string;
  /** Leaf 0. */
  readonly leaf: string;
  readonly expected: {
    readonly origin: string;
    /** SHA-256 of the leaf, hex: what the founders sign. */
    readonly digest: string;
    /** Block 1's time, ms UTC, and the records that stand after it, by key. */
    readonly time: number;
    readonly state: readonly (readonly [key: string, value: string])[];
    readonly root: string;
  } | null;
}

/** RFC 8785 for what charters hold: ASCII strings and integers. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const object = value as JsonObject;
  const members = Object.keys(object).sort();
  return `{${members.map((member) => `${JSON.stringify(member)}:${canonical(object[member]!)}`).join(',')}}`;
}

const TIME = 1_772_442_000_000;
const UNTIL = TIME + 365 * 86_400_000;
const key = (label: string): VectorKey => makeKey(`charter ${label}`);
const es256 = (label: string): JsonObject => ({ kind: 'es256', jwk: key(label).jwk });
const officer = (name: string, ...roles: readonly string[]): JsonObject => ({
  agency: 'town',
  keys: [es256(`${name} 1`), es256(`${name} 2`)],
  roles: roles.map((role) => ({ role, office: 'hall', until: UNTIL })),
});
const log = noteKey('town.example', 1, 'charter log').publicKey.toString('base64');
const cosigner = noteKey('town.example/one', 4, 'charter cosigner').publicKey.toString('base64');

const SMALL: JsonObject = {
  type: 'charter',
  v: 1,
  name: 'town.example',
  log: 'public',
  agencies: { town: {} },
  offices: { hall: { agency: 'town' } },
  nodes: { one: { agency: 'town', log, cosigner, notice: key('notice').jwk } },
  nodeQuorum: 1,
  witnesses: {},
  witnessQuorum: 0,
  modules: { kernel: [{ version: 1, from: 0 }] },
  roles: { clerk: ['kernel.charter.amend', 'kernel.officer.appoint'] },
  signers: {},
  amendQuorum: 2,
  recovery: { agencies: [], hours: 72 },
  review: { agencies: [] },
  calendar: { zone: 'Etc/UTC', offsets: [{ from: 0, minutes: 0 }], weekend: [6, 7], holidays: [] },
  parameters: {},
  limits: { maxExpirySeconds: 86_400, maxLagMs: 2_000, proposalDays: 14 },
  officers: { ash: officer('ash', 'clerk'), birch: officer('birch', 'clerk') },
  founding: { officers: ['ash', 'birch'], quorum: 2 },
};

function originOf(charter: JsonObject): string {
  return `${String(charter.name)}/${sha256(canonical(charter)).toString('hex').slice(0, 16)}`;
}

/** The charter with its origin. */
const founded = (charter: JsonObject): JsonObject => ({ ...charter, origin: originOf(charter) });

/** What stands after block 1: the charter's sections, the founding, every officer and every key. */
function foundingState(charter: JsonObject, leaf: string): [string, string][] {
  const stamp = { v: 1, rev: 1, tx: base64url(sha256(leaf)), rule: 'kernel.founding', time: TIME };
  const { officers, type: _, v: __, ...sections } = charter;
  const records: [string, JsonObject][] = [
    ['kernel/charter/current', { ...sections, ...stamp }],
    ['kernel/founding/current', { charter: sha256(leaf).toString('hex'), accepted: [], complete: false, ...stamp }],
  ];
  for (const [id, one] of Object.entries(officers as { readonly [id: string]: JsonObject })) {
    const keys = one.keys as readonly JsonObject[];
    const kids = keys.map(({ jwk }) => {
      const { crv, kty, x, y } = jwk as JsonObject;
      return base64url(sha256(canonical({ crv: crv!, kty: kty!, x: x!, y: y! })));
    });
    records.push([
      `kernel/officer/${id}`,
      { kind: 'officer', agency: one.agency!, keys: kids, roles: one.roles!, status: 'active', ...stamp },
    ]);
    keys.forEach((enrolled, i) => {
      records.push([`kernel/key/${kids[i]!}`, { ...enrolled, holder: id, status: 'active', ...stamp }]);
    });
  }
  return records.sort(([a], [b]) => (a < b ? -1 : 1)).map(([at, value]) => [at, canonical(value)]);
}

function valid(name: string, change: JsonObject = {}): CharterVector {
  const charter = founded({ ...SMALL, ...change });
  const leaf = canonical(charter);
  const state = foundingState(charter, leaf);
  const root = stateRoot(state.map(([at, value]) => ({ key: at, value }))).toString('hex');
  return { name, leaf, expected: { origin: String(charter.origin), digest: sha256(leaf).toString('hex'), time: TIME, state, root } };
}

const spelt = (name: string, leaf: string): CharterVector => ({ name, leaf, expected: null });
/** A charter that is in form and has its own origin, and is still none. */
const invalid = (name: string, change: JsonObject): CharterVector => spelt(name, canonical(founded({ ...SMALL, ...change })));
const without = (name: string, member: string): CharterVector => {
  const { [member]: _, ...rest } = SMALL;
  return spelt(name, canonical(founded(rest)));
};
const ash = (change: JsonObject): JsonObject => ({
  officers: { ...(SMALL.officers as JsonObject), ash: { ...officer('ash', 'clerk'), ...change } },
});
const node = (change: JsonObject): JsonObject => ({
  nodes: { one: { agency: 'town', log, cosigner, notice: key('notice').jwk, ...change } },
});
const calendar = (change: JsonObject): JsonObject => ({ calendar: { ...(SMALL.calendar as JsonObject), ...change } });

const PASSKEY: JsonObject = { kind: 'passkey', jwk: key('passkey').jwk, rpId: 'town.example', origins: ['https://town.example'] };
const outside = noteKey('witness.example', 4);
const old = noteKey('old.example/0123456789abcdef', 1);
const PREDECESSOR: JsonObject = {
  origin: old.name,
  policy: `log ${old.vkey}\nwitness out ${outside.vkey}\nquorum out\n`,
  checkpoint: '',
  state: '0'.repeat(64),
  height: 9,
  size: 40,
  reason: 'lost-disk',
};
const small = canonical(founded(SMALL));

export const charters: VectorFile<CharterVector> = {
  description:
    'Leaf 0 and what it founds; null where the text is no charter. Every charter here has the origin it should have, unless the name says otherwise.',
  spec: 'docs/spec/charter.md',
  vectors: [
    valid('two officers and one node'),
    valid('a passkey', ash({ keys: [es256('ash 1'), PASSKEY] })),
    valid('an outside witness that must have cosigned', {
      witnesses: { out: { vkey: outside.vkey, url: 'https://witness.example' } },
      witnessQuorum: 1,
    }),
    valid('a review body of one, and who countersigns', { review: { agencies: ['town'], quorum: 1 } }),
    valid('a review quorum of three, and three who sign', {
      review: { agencies: ['town'], quorum: 3 },
      signers: { 'kernel.order.execute': 3 },
    }),
    valid('a role that begins later', ash({ roles: [{ role: 'clerk', office: 'hall', from: TIME + 1, until: UNTIL }] })),
    valid('a successor', { predecessor: PREDECESSOR, amendQuorum: 3 }),
    valid('members’ log, parameters, holidays, a second version ahead', {
      log: 'members',
      parameters: { treasury: { 'lapse-days': 31 } },
      modules: {
        kernel: [{ version: 1, from: 1 }],
        treasury: [
          { version: 1, from: 0 },
          { version: 2, from: 500 },
        ],
      },
      ...calendar({ holidays: ['2028-02-29'] }),
    }),
    spelt('nothing', ''),
    spelt('white space', small.replace('{', '{ ')),
    spelt('a line at the end', `${small}\n`),
    spelt('members in another order', JSON.stringify(Object.fromEntries(Object.entries(founded(SMALL)).reverse()))),
    spelt('a member twice', small.replace('"v":1,', '"v":1,"v":1,')),
    spelt('a float', small.replace('"v":1,', '"v":1.0,')),
    spelt('without its origin', canonical(SMALL)),
    spelt('the origin of another charter', canonical({ ...SMALL, origin: 'town.example/0123456789abcdef' })),
    spelt('changed after its origin was computed', canonical({ ...SMALL, amendQuorum: 1, origin: originOf(SMALL) })),
    spelt('another name under the old origin', canonical({ ...SMALL, name: 'city.example', origin: originOf(SMALL) })),
    without('a section missing', 'review'),
    invalid('an unknown member', { motto: 'x' }),
    invalid('another type', { type: 'seal' }),
    invalid('another version', { v: 2 }),
    invalid('a name that is none', { name: 'Town of Ash' }),
    invalid('free text where a code belongs', { agencies: { town: {}, 'Ash & Sons': {} } }),
    invalid('a name beside an agency', { agencies: { town: { name: 'Ash' } } }),
    invalid('an office of an unknown agency', { offices: { hall: { agency: 'city' } } }),
    invalid('an agency every object has', { offices: { hall: { agency: 'constructor' } } }),
    invalid('a review body that is no agency', { review: { agencies: ['court'] } }),
    invalid('a review quorum without a review body', { review: { agencies: [], quorum: 1 } }),
    invalid('a review quorum larger than those who sign an order', { review: { agencies: ['town'], quorum: 3 } }),
    invalid('an officer with one key', ash({ keys: [es256('ash 1')] })),
    invalid('a key twice', ash({ keys: [es256('ash 1'), es256('ash 1')] })),
    invalid('another officer’s key', ash({ keys: [es256('ash 1'), es256('birch 1')] })),
    invalid('a key off the curve', ash({ keys: [es256('ash 1'), { kind: 'es256', jwk: { ...key('ash 2').jwk, x: key('ash 1').jwk.x } }] })),
    invalid('a passkey without its relying party', ash({ keys: [es256('ash 1'), { kind: 'passkey', jwk: key('passkey').jwk }] })),
    invalid('an unknown role', ash({ roles: [{ role: 'king', office: 'hall', until: UNTIL }] })),
    invalid('an unknown office', ash({ roles: [{ role: 'clerk', office: 'castle', until: UNTIL }] })),
    invalid('an unknown founder', { founding: { officers: ['ash', 'cedar'], quorum: 1 } }),
    invalid('more founders needed than there are', { founding: { officers: ['ash', 'ash'], quorum: 2 } }),
    invalid('an amendment nobody could sign', { amendQuorum: 3 }),
    invalid('a number for what is signed alone', { signers: { 'kernel.approve': 2 } }),
    invalid('no kernel', { modules: { treasury: [{ version: 1, from: 0 }] } }),
    invalid('a kernel that comes too late', { modules: { kernel: [{ version: 1, from: 2 }] } }),
    invalid('versions out of order', {
      modules: {
        kernel: [
          { version: 1, from: 0 },
          { version: 2, from: 0 },
        ],
      },
    }),
    invalid('more nodes needed than there are', { nodeQuorum: 2 }),
    invalid('more witnesses needed than there are', { witnessQuorum: 1 }),
    invalid('a log key that is not canonical base64', node({ log: log.replace(/.=$/, (end) => `${end[0] === 'B' ? 'C' : 'B'}=`) })),
    invalid('a witness whose key is none', { witnesses: { out: { vkey: 'witness.example+00000000+AAAA' } } }),
    invalid('words among the parameters', { parameters: { treasury: { head: 'Ash Wood' } } }),
    invalid('two nodes with one key', { nodes: { ...(node({}).nodes as JsonObject), two: (node({}).nodes as JsonObject).one! } }),
    invalid(
      'offsets out of order',
      calendar({
        offsets: [
          { from: 10, minutes: 0 },
          { from: 5, minutes: 60 },
        ],
      }),
    ),
    invalid('a holiday that is no day', calendar({ holidays: ['2027-02-29'] })),
    invalid('a predecessor whose policy cannot be read', { predecessor: { ...PREDECESSOR, policy: 'quorum somebody\n' } }),
    invalid('a predecessor whose log its policy does not name', {
      predecessor: { ...PREDECESSOR, origin: 'new.example/0123456789abcdef' },
    }),
  ],
};
