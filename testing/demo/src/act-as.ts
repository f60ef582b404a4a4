/** Invented officers act in a town that runs: signed with their own keys, sent through the door that everybody uses. */
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import type { RunningNode } from '@tabularium/node';
import { discloseBody, encodeTransaction, type JsonObject, joinSubmission, makeUlid, toHex } from '@tabularium/protocol';
import { type DemoPlace, officerKey } from './found-demo.ts';

const EXPIRY_SECONDS = 600;
/** Records read at once. */
const PAGE = 1_000;

/** A town to act in. */
export interface OpenTown {
  readonly place: DemoPlace;
  readonly node: Pick<RunningNode, 'engine' | 'origin' | 'url'>;
  /** The node's, ms UTC. */
  readonly clock: () => number;
}

/** Its name, once it is accepted; throws where the town refuses it. `plain`: the body in clear; of a proposal, the proposed one too. */
export async function actAs({ place, node, clock }: OpenTown, officer: string, action: string, plain: JsonObject): Promise<string> {
  const { body, disclosures } = disclosed(action, plain);
  const { kid, sign } = officerKey(place, officer);
  const now = clock();
  const payload = { ledger: node.origin, id: makeUlid(now, random(10)), exp: Math.floor(now / 1_000) + EXPIRY_SECONDS, action, body };
  const jws = Buffer.from(encodeTransaction(payload, kid, sign)).toString('latin1');
  const response = await fetch(`${node.url}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: joinSubmission(jws, disclosures),
  });
  if (response.status !== 201) throw new Error(`${officer}: ${action} was answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { readonly name: string }).name;
}

/** What two people sign: one proposes it, another approves it. */
export async function actTogether(
  town: OpenTown,
  [first, second]: readonly [string, string],
  action: string,
  body: JsonObject,
): Promise<void> {
  const proposal = await actAs(town, first, 'kernel.propose', { action, body });
  await actAs(town, second, 'kernel.approve', { proposal });
}

/** Everything of a collection, `treasury/payment`. */
export function recordsOf(
  { node: { engine } }: Pick<OpenTown, 'node'>,
  collection: string,
): readonly (JsonObject & { readonly id: string })[] {
  const found: (JsonObject & { readonly id: string })[] = [];
  const start = `${collection}/`;
  for (let from = start; ; ) {
    const page = engine.records.scan(from, `${collection}0`, PAGE);
    for (const [key, record] of page) found.push({ ...(JSON.parse(record) as JsonObject), id: key.slice(start.length) });
    if (page.length < PAGE) return found;
    // The first key after the last.
    from = `${page.at(-1)![0]}\0`;
  }
}

/** The first id that a transaction gives (DESIGN §3 "new ids"). */
export function idMadeBy(name: string): string {
  return toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(`${name}0`)).subarray(0, 16));
}

function disclosed(action: string, plain: JsonObject): { readonly body: JsonObject; readonly disclosures: readonly string[] } {
  if (action === 'kernel.propose') {
    const { body, disclosures } = disclosed(String(plain.action), plain.body as JsonObject);
    return { body: { ...plain, body }, disclosures };
  }
  const [module = '', ...local] = action.split('.');
  const { body: schema } = catalogue.find(({ name }) => name === module)!.actions[local.join('.')]!;
  return discloseBody(schema, plain, () => random(16), nodeCrypto);
}

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
