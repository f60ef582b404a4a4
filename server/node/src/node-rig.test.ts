/**
 * What the tests of this room stand on: a small office whose officers' keys are at hand, founded in a folder of its own, and transactions
 * signed by them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import type { Charter, CharterDraft } from '@tabularium/kernel';
import { encodeTransaction, type JsonObject, makeUlid, thumbprint, toHex } from '@tabularium/protocol';
import { foundLedger } from './found-ledger.ts';
import { PROFILES, profileDraft } from './founding-profiles.ts';

export type Post = keyof (typeof PROFILES)['small']['posts'];

export interface OfficerKey {
  readonly kid: string;
  readonly enrolled: { readonly kind: 'es256'; readonly jwk: ReturnType<typeof generateEs256>['jwk'] };
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export function newKey(): OfficerKey {
  const { privateKey, jwk } = generateEs256();
  return { kid: thumbprint(jwk, nodeCrypto), enrolled: { kind: 'es256', jwk }, sign: signEs256(privateKey) };
}

export interface Office {
  /** Folder that is removed in the end; `data` in it is the ledger's. */
  readonly dir: string;
  readonly data: string;
  readonly charter: Charter;
  readonly keys: Readonly<Record<Post, readonly [OfficerKey, OfficerKey]>>;
  /** A signed transaction. */
  sign(post: Post, act: Act): Uint8Array;
  /** The founders' acceptances. */
  acceptances(): Uint8Array[];
  remove(): void;
}

export interface Act {
  readonly action: string;
  readonly body: JsonObject;
  readonly as?: string;
  readonly id?: string;
  /** NumericDate; default: ten minutes after `now`. */
  readonly exp?: number;
  readonly ledger?: string;
  /** Which of the two keys signs, or another one. */
  readonly key?: OfficerKey;
  /** ms UTC. */
  readonly now?: number;
}

let serial = 0;

/** An id that no other call gives. */
export function freshId(now: number = Date.now()): string {
  const random = Buffer.alloc(10);
  random.writeUInt32BE(serial++, 6);
  return makeUlid(now, random);
}

export function newOffice({
  witnesses = {},
  clock = Date.now,
  change = (draft) => draft,
}: {
  witnesses?: CharterDraft['witnesses'];
  clock?: () => number;
  /** Changes the charter before it is made. */
  change?: (draft: CharterDraft) => CharterDraft;
} = {}): Office {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-node-'));
  const data = join(dir, 'data');
  const posts = Object.keys(PROFILES.small.posts) as Post[];
  const keys = Object.fromEntries(posts.map((post) => [post, [newKey(), newKey()]])) as unknown as Office['keys'];
  const charter = foundLedger({
    dir: data,
    clock,
    draft: (node) =>
      change(
        profileDraft({
          profile: 'small',
          name: 'office.example',
          zone: 'Europe/Vienna',
          holidays: [],
          keys: Object.fromEntries(posts.map((post) => [post, keys[post].map(({ enrolled }) => enrolled)])),
          witnesses,
          log: 'public',
          node,
          now: clock(),
        }),
      ),
  });
  return officeOf({ dir, data, charter, keys, clock });
}

/** The same officers over another charter: a successor's. */
export function officeOf({
  dir,
  data,
  charter,
  keys,
  clock,
}: Pick<Office, 'dir' | 'data' | 'charter' | 'keys'> & { clock: () => number }): Office {
  const sign = (post: Post, act: Act): Uint8Array => {
    const { action, body, as, key = keys[post][0], now = clock() } = act;
    const { id = freshId(now), exp = Math.floor(now / 1_000) + 600, ledger = charter.origin } = act;
    return encodeTransaction({ ledger, id, action, ...(as === undefined ? {} : { as }), exp, body }, key.kid, key.sign);
  };
  return {
    dir,
    data,
    charter,
    keys,
    sign,
    acceptances: () => {
      const digest = toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(JSON.stringify(sorted(charter as unknown as JsonObject)))));
      return charter.founding.officers
        .slice(0, charter.founding.quorum)
        .map((post) => sign(post as Post, { action: 'kernel.charter.accept', body: { charter: digest } }));
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Members in order, as canonical JSON has them: a second opinion on the charter's bytes. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([member, one]) => [member, sorted(one)]),
  );
}
