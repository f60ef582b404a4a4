/** Officers whose keys are made and kept here, unprotected: for demos and trials, never for real work. */
import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Es256Key, es256Key, generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import type { EnrolledKey } from '@tabularium/kernel';
import { encodeTransaction, type JsonObject, makeUlid, type PublicJwk, thumbprint } from '@tabularium/protocol';
import { writeWhole } from './data-directory.ts';

const EXPIRY_SECONDS = 600;
const KEY_FILE = /^(.+)-([12])\.key\.json$/;

export interface DemoAct {
  readonly ledger: string;
  readonly action: string;
  readonly body: JsonObject;
}

export class DemoOfficers {
  /** By post, two each. */
  readonly #keys: ReadonlyMap<string, readonly Es256Key[]>;

  private constructor(keys: ReadonlyMap<string, readonly Es256Key[]>) {
    this.#keys = keys;
  }

  static make(posts: readonly string[]): DemoOfficers {
    return new DemoOfficers(new Map(posts.map((post) => [post, [generateEs256(), generateEs256()]])));
  }

  /** As `save` left them. */
  static load(dir: string): DemoOfficers {
    const keys = new Map<string, Es256Key[]>();
    for (const file of readdirSync(dir).sort()) {
      const post = KEY_FILE.exec(file)?.[1];
      if (post === undefined) continue;
      const key = createPrivateKey({ key: JSON.parse(readFileSync(join(dir, file), 'utf8')) as JsonWebKey, format: 'jwk' });
      keys.set(post, [...(keys.get(post) ?? []), es256Key(key)]);
    }
    return new DemoOfficers(keys);
  }

  /** Private JWK files as the command line reads them. */
  save(dir: string): void {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const [post, pair] of this.#keys) {
      for (const [n, key] of pair.entries()) {
        const file = { ...withSecret(key), kid: thumbprint(key.jwk, nodeCrypto) };
        writeWhole(join(dir, `${post}-${n + 1}.key.json`), `${JSON.stringify(file)}\n`, 0o600);
      }
    }
  }

  /** For a charter. */
  get enrolled(): Readonly<Record<string, readonly EnrolledKey[]>> {
    return Object.fromEntries([...this.#keys].map(([post, pair]) => [post, pair.map(({ jwk }) => ({ kind: 'es256' as const, jwk }))]));
  }

  /** Of the first key of a post. */
  privateJwk(post: string): PublicJwk & { readonly d: string } {
    return withSecret(this.#keys.get(post)![0]!);
  }

  /** A transaction by the first key of a post, now. */
  sign(post: string, { ledger, action, body }: DemoAct): Uint8Array {
    const { privateKey, jwk } = this.#keys.get(post)![0]!;
    const now = Date.now();
    const id = makeUlid(now, crypto.getRandomValues(new Uint8Array(10)));
    const exp = Math.floor(now / 1_000) + EXPIRY_SECONDS;
    return encodeTransaction({ ledger, id, action, exp, body }, thumbprint(jwk, nodeCrypto), signEs256(privateKey));
  }
}

function withSecret({ privateKey, jwk }: Es256Key): PublicJwk & { readonly d: string } {
  return { ...jwk, d: privateKey.export({ format: 'jwk' }).d! };
}
