/**
 * The charter (DESIGN §2, §4; docs/spec/charter.md): leaf 0 of a ledger and its standing rules. It says which agencies, offices and
 * officers there are, which module versions are in force from which height, who may do what and how many must sign, and what the
 * calendar is. Nobody, the operator included, acts outside it; it changes only by an amendment that its own quorum signs.
 */

import { isLedgerName, MAX_LEAF_BYTES, origin, VKEY_PATTERN } from '@tabularium/log';
import {
  type Crypto,
  canonicalJson,
  decodeUtf8,
  isOrigin,
  type JsonObject,
  makeBodyChecker,
  PublicJwkSchema,
  parseJson,
} from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import { charterFaults } from './charter-faults.ts';

const closed = { additionalProperties: false } as const;
const CODE = '^(?=.{1,64}$)[a-z0-9]+(?:[.-][a-z0-9]+)*$';
const code = Type.String({ pattern: CODE });
/** A pattern alone lets every other member pass: a map must be closed as well. */
const mapOf = <S extends Parameters<typeof Type.Record>[1]>(value: S, names: string = CODE) =>
  Type.Record(Type.String({ pattern: names }), value, closed);
const instant = Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 });
const key32 = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' });
/** Scheme, host, port and a short path: no query, nothing that needs escaping. */
const url = Type.String({
  pattern: '^https?://(?:[a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}\\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]{1,64}){0,8}/?$',
  maxLength: 512,
});
/** A name of the IANA time zone database, under one of its areas. */
const ZONE =
  '^(?:(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)(?:/[A-Za-z][A-Za-z0-9_+-]{0,31}){1,2}|UTC|GMT)$';
const date = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });

/** A signing key as it is enrolled. A passkey names the relying party it is bound to. */
export const EnrolledKeySchema = Type.Union([
  Type.Object({ kind: Type.Literal('es256'), jwk: PublicJwkSchema }, closed),
  Type.Object(
    {
      kind: Type.Literal('passkey'),
      jwk: PublicJwkSchema,
      rpId: Type.String({ pattern: '^[a-z0-9.-]{1,253}$' }),
      origins: Type.Array(Type.String({ pattern: '^https?://[a-z0-9.:-]{1,253}$' }), { minItems: 1, maxItems: 8 }),
    },
    closed,
  ),
]);
export type EnrolledKey = Static<typeof EnrolledKeySchema>;

export const RoleTermSchema = Type.Object(
  { role: code, office: code, from: Type.Optional(instant), until: instant },
  { ...closed, description: 'A role in an office, ending by date.' },
);

const OfficerSchema = Type.Object(
  {
    agency: code,
    /** Two keys each, so that losing one locks nobody out. */
    keys: Type.Array(EnrolledKeySchema, { minItems: 2, maxItems: 8 }),
    roles: Type.Array(RoleTermSchema, { maxItems: 32 }),
  },
  closed,
);

const PORT = '[1-9][0-9]{0,4}';
const HOST = '(?:[a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}\\])';
/** What makes a node one of a ledger of many agencies (docs/adr/0011). */
const ValidatorSchema = Type.Object(
  {
    /** Consensus key, Ed25519. */
    key: key32,
    /** Weight of its vote; 0: it follows. */
    power: Type.Integer({ minimum: 0, maximum: 1_000 }),
    /** CometBFT's id and address. */
    peer: Type.String({ pattern: `^[0-9a-f]{40}@${HOST}:${PORT}$`, maxLength: 320 }),
    /** Where the other nodes reach its exchange. */
    exchange: Type.String({ pattern: `^https://${HOST}:${PORT}$`, maxLength: 320 }),
    /** SHA-256 of the public key (SubjectPublicKeyInfo) in its TLS certificate. */
    tls: key32,
  },
  closed,
);

const NodeSchema = Type.Object(
  {
    agency: code,
    log: key32,
    cosigner: key32,
    notice: PublicJwkSchema,
    url: Type.Optional(url),
    /** All nodes have one, or none has. */
    validator: Type.Optional(ValidatorSchema),
  },
  closed,
);

/** Sections that an amendment may replace, each whole. */
export const CharterSections = {
  agencies: mapOf(Type.Object({}, closed)),
  offices: mapOf(Type.Object({ agency: code }, closed)),
  nodes: mapOf(NodeSchema),
  /** How many nodes must have cosigned. */
  nodeQuorum: Type.Integer({ minimum: 1, maximum: 64 }),
  /** Outside witnesses as C2SP vkeys, and how many of them a receipt needs. */
  witnesses: mapOf(Type.Object({ vkey: Type.String({ pattern: VKEY_PATTERN }), url: Type.Optional(url) }, closed)),
  witnessQuorum: Type.Integer({ minimum: 0, maximum: 64 }),
  /** Module → versions, each from a height on. */
  modules: mapOf(
    Type.Array(Type.Object({ version: Type.Integer({ minimum: 1 }), from: Type.Integer({ minimum: 0 }) }, closed), {
      minItems: 1,
      maxItems: 64,
    }),
  ),
  /** Role → actions it may sign. Standing actions carry the module after a slash: `kernel.correct/treasury`. */
  roles: mapOf(Type.Array(Type.String({ pattern: '^[a-z][a-z0-9.@-]*(?:/[a-z][a-z0-9-]*)?$', maxLength: 128 }), { maxItems: 256 })),
  /** Action → how many different officers must sign. */
  signers: mapOf(Type.Integer({ minimum: 1, maximum: 16 }), '^[a-z][a-z0-9.@-]{0,127}$'),
  /** How many must sign an amendment of this charter. */
  amendQuorum: Type.Integer({ minimum: 1, maximum: 16 }),
  /** Outside agencies that may help replace lost keys, and after how many hours. */
  recovery: Type.Object({ agencies: Type.Array(code, { maxItems: 16 }), hours: Type.Integer({ minimum: 1, maximum: 8_760 }) }, closed),
  /**
   * Courts and review bodies: agencies whose officers sign `kernel.order.execute`, all of them, or `quorum` of them where the body outside is
   * smaller than the number that must sign and an officer of the office countersigns (docs/adr/0008).
   */
  review: Type.Object(
    { agencies: Type.Array(code, { maxItems: 16 }), quorum: Type.Optional(Type.Integer({ minimum: 1, maximum: 16 })) },
    closed,
  ),
  calendar: Type.Object(
    {
      zone: Type.String({ pattern: ZONE }),
      /** Transitions: from this instant (ms UTC) on, civil time is UTC + minutes. */
      offsets: Type.Array(Type.Object({ from: instant, minutes: Type.Integer({ minimum: -900, maximum: 900 }) }, closed), {
        minItems: 1,
        maxItems: 1_024,
      }),
      /** ISO weekdays that are no business days, 1 = Monday. */
      weekend: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 6 }),
      holidays: Type.Array(date, { maxItems: 4_096 }),
    },
    closed,
  ),
  /** Module → its parameters. */
  parameters: mapOf(mapOf(Type.Unknown(), '^[a-z][a-z0-9-]*$')),
  limits: Type.Object(
    {
      /** How far ahead `exp` may lie, at most seven days. */
      maxExpirySeconds: Type.Integer({ minimum: 60, maximum: 604_800 }),
      maxLagMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
      /** How long a proposal waits for its signatures. */
      proposalDays: Type.Integer({ minimum: 1, maximum: 365 }),
    },
    closed,
  ),
};

const Predecessor = Type.Object(
  {
    origin: Type.String(),
    /** Trust list (tlog-policy text) under which old receipts verify. */
    policy: Type.String(),
    /** The last checkpoint that somebody outside cosigned: how far the predecessor is known to have come. */
    checkpoint: Type.String(),
    /** State root of what is carried over, and the height and number of leaves at which the predecessor stood so. */
    state: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    height: Type.Integer({ minimum: 1 }),
    size: Type.Integer({ minimum: 2 }),
    reason: Type.Enum(['lost-disk', 'lost-keys', 'merger', 'change-of-format']),
  },
  closed,
);

export const CharterSchema = Type.Object(
  {
    type: Type.Literal('charter'),
    v: Type.Literal(1),
    name: Type.String({ maxLength: 100 }),
    origin: Type.String(),
    /** `public`: everyone reads the entries; `members`: only agencies and witnesses do. */
    log: Type.Enum(['public', 'members']),
    ...CharterSections,
    officers: mapOf(OfficerSchema),
    /** Who must accept the charter before anything else can happen. */
    founding: Type.Object(
      { officers: Type.Array(code, { minItems: 1, maxItems: 16 }), quorum: Type.Integer({ minimum: 1, maximum: 16 }) },
      closed,
    ),
    predecessor: Type.Optional(Predecessor),
  },
  closed,
);
export type Charter = Static<typeof CharterSchema>;
export type CharterDraft = Omit<Charter, 'origin' | 'type' | 'v'>;

export class CharterFault extends Error {
  override readonly name = 'CharterFault';
}

/** Completes a draft with its origin and holds it against the schema and its own cross-references. Throws `CharterFault`. */
export function makeCharter(draft: CharterDraft, crypto: Crypto): Charter {
  const plain = { ...draft, type: 'charter', v: 1 } as unknown as JsonObject;
  let leaf: Uint8Array;
  try {
    leaf = encodeCharter({ ...plain, origin: origin(plain, crypto) } as unknown as Charter, crypto);
  } catch (cause) {
    throw new CharterFault(`charter: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
  return decodeCharter(leaf, crypto);
}

/** The bytes of leaf 0: canonical JSON in UTF-8. */
export function encodeCharter(charter: Charter, crypto: Crypto): Uint8Array {
  return crypto.utf8.encode(canonicalJson(charter as unknown as JsonObject));
}

/** Reads leaf 0. Throws `CharterFault` where it is anything but a canonical, self-consistent charter with its own origin. */
export function decodeCharter(leaf: Uint8Array, crypto: Crypto): Charter {
  const text = decodeUtf8(leaf);
  if (leaf.length > MAX_LEAF_BYTES) throw new CharterFault('the charter does not fit into a leaf');
  if (text === undefined) throw new CharterFault('the charter is not UTF-8');
  const parsed = parseJson(text);
  if (!parsed.ok) throw new CharterFault(`the charter is not JSON as the protocol allows it: ${parsed.code}`);
  if (canonicalJson(parsed.value) !== text) throw new CharterFault('the charter is not in canonical form');
  const charter = parsed.value as unknown as Charter;
  check(charter, crypto);
  const { origin: stated, ...rest } = charter;
  if (origin(rest as unknown as JsonObject, crypto) !== stated) throw new CharterFault('the charter does not have the origin it states');
  return charter;
}

function check(charter: Charter, crypto: Crypto): void {
  const fits = makeBodyChecker(CharterSchema)(charter);
  if (!fits.ok) throw new CharterFault(`charter${fits.path}: ${fits.message}`);
  if (!isLedgerName(charter.name) || !isOrigin(charter.origin)) throw new CharterFault('charter/name: is not the name of a ledger');
  const faults = charterFaults(charter, crypto);
  if (faults.length > 0) throw new CharterFault(`charter: ${faults.join('; ')}`);
}
