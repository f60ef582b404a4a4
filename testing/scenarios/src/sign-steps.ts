/**
 * From steps to signed transactions, in order and as a stream: thousands in a few seconds, held one at a time. Keys, salts and
 * hashing come in as arguments, so the same year is signed by the demo with fresh keys and by a test with repeatable ones.
 */

import type { ActionDefinition, ModuleDefinition } from '@tabularium/kernel';
import {
  type Crypto,
  discloseBody,
  disclosureDigest,
  encodeTransaction,
  type JsonObject,
  makeUlid,
  toHex,
  transactionName,
} from '@tabularium/protocol';

import type { Earlier, Step } from './step.ts';

export interface SigningKey {
  /** RFC 7638 thumbprint of the public half. */
  readonly kid: string;
  /** ES256 over a message: r‖s, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export interface Signing {
  /** Origin of the ledger. */
  readonly ledger: string;
  readonly keyOf: (officer: string) => SigningKey;
  readonly catalogue: readonly ModuleDefinition[];
  readonly crypto: Crypto;
  /** n fresh bytes: salts of disclosures and the random part of ids. */
  readonly randomBytes: (n: number) => Uint8Array;
}

export interface SignedStep {
  readonly step: Step;
  /** The compact JWS. */
  readonly bytes: Uint8Array;
  readonly name: string;
  /** In the order of the body; `joinSubmission` makes one text of it all. */
  readonly disclosures: readonly string[];
}

/** Seconds after its block time at which a transaction expires: a working day. */
const VALID_SECONDS = 43_200;

/** Signs step by step. Throws where a step names an unknown action or an earlier step that does not exist. */
export function* signSteps(steps: Iterable<Step>, signing: Signing): Generator<SignedStep> {
  const { ledger, keyOf, crypto, randomBytes } = signing;
  const bodies = new Map<string, ActionDefinition['body']>(
    signing.catalogue.flatMap(({ name, actions }) => Object.entries(actions).map(([action, { body }]) => [`${name}.${action}`, body])),
  );
  const earlier = new EarlierSteps(crypto);
  const disclose = (action: string, plain: JsonObject): { readonly body: JsonObject; readonly disclosures: readonly string[] } => {
    const schema = bodies.get(action);
    if (schema === undefined) throw new Error(`no action ${action}`);
    if (action !== 'kernel.propose') return discloseBody(schema, plain, () => randomBytes(16), crypto);
    // A proposal holds another action's body; what people typed must not stand in it in clear either.
    const inner = disclose(String(plain.action), plain.body as JsonObject);
    return { body: { ...plain, body: inner.body }, disclosures: inner.disclosures };
  };
  for (const step of steps) {
    const { body, disclosures } = disclose(step.action, step.body(earlier));
    const { kid, sign } = keyOf(step.officer);
    const exp = Math.floor(step.at / 1_000) + VALID_SECONDS;
    const bytes = encodeTransaction(
      { ledger, id: makeUlid(step.at, randomBytes(10)), action: step.action, as: step.as, exp, body },
      kid,
      sign,
    );
    const name = transactionName(bytes.subarray(0, bytes.lastIndexOf(0x2e)), crypto);
    earlier.add(step.key, name, disclosures);
    yield { step, bytes, name, disclosures };
  }
}

class EarlierSteps implements Earlier {
  readonly #crypto: Crypto;
  readonly #steps = new Map<string, { readonly name: string; readonly disclosures: readonly string[] }>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  add(key: string, name: string, disclosures: readonly string[]): void {
    this.#steps.set(key, { name, disclosures });
  }

  name(key: string): string {
    return this.#find(key).name;
  }

  /** As the kernel makes them: SHA-256(name ‖ n) cut to 16 bytes (DESIGN §3 "new ids"). */
  id(key: string, n = 0): string {
    const { sha256, utf8 } = this.#crypto;
    return toHex(sha256(utf8.encode(`${this.name(key)}${n}`)).subarray(0, 16));
  }

  text(key: string, n = 0): string {
    const text = this.#find(key).disclosures[n];
    if (text === undefined) throw new Error(`${key} discloses fewer than ${n + 1} texts`);
    return disclosureDigest(text, this.#crypto);
  }

  #find(key: string): { readonly name: string; readonly disclosures: readonly string[] } {
    const found = this.#steps.get(key);
    if (found === undefined) throw new Error(`no earlier step is called ${key}`);
    return found;
  }
}
