/** Who votes on blocks is the charter's to say: all nodes together or none, with a quorum that two histories can never both have. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { generateEd25519, nodeCrypto } from '@tabularium/crypto';
import { parsePolicy } from '@tabularium/log';
import { encodeBase64, type JsonObject } from '@tabularium/protocol';
import { Rig } from './ledger-rig.test.ts';
import type { CharterRecord } from './records.ts';

const AMEND = 'kernel.charter.amend';

type Node = CharterRecord['nodes'][string];
type Nodes = Readonly<Record<string, Node>>;

const key = (): string => encodeBase64(generateEd25519().publicKey);

function nodes(rig: Rig, powers: readonly number[]): Nodes {
  const { one } = rig.charter.nodes as { one: Node };
  return Object.fromEntries(
    powers.map((power, n): [string, Node] => {
      const peer = `${createHash('sha1').update(String(n)).digest('hex')}@10.0.0.${n}:26656`;
      const validator = { key: key(), power, peer, exchange: `https://node-${n}.example:7443`, tls: key() };
      return [`n${n}`, { ...one, log: n === 0 ? one.log : key(), cosigner: n === 0 ? one.cosigner : key(), validator }];
    }),
  );
}

function amend(rig: Rig, body: object): void {
  rig.together(['clara', 'mira'], AMEND, body as JsonObject);
}

function refusedAmendment(rig: Rig, code: string, body: object): void {
  rig.no(code, 'clara', 'kernel.propose', { action: AMEND, body: body as JsonObject });
}

test('a charter names the validators, an amendment weighs, adds and removes them, and the policy changes with each', () => {
  const rig = new Rig();
  assert.deepEqual(rig.machine.validators(rig.state), []);
  const four = nodes(rig, [10, 10, 10, 10]);
  const policies = [rig.machine.policy(rig.state)];
  const now = (): void => void policies.push(rig.machine.policy(rig.state));
  amend(rig, { nodes: four, nodeQuorum: 3 });
  now();
  assert.deepEqual(
    rig.machine.validators(rig.state),
    Object.values(four).map(({ validator }) => ({ key: validator!.key, power: 10 })),
  );
  const weighed = { ...four, n3: { ...four.n3!, validator: { ...four.n3!.validator!, power: 4 } } };
  amend(rig, { nodes: weighed });
  now();
  const replaced = { ...weighed, n3: { ...weighed.n3, validator: { ...weighed.n3.validator, key: key() } } };
  amend(rig, { nodes: replaced });
  now();
  amend(rig, { nodes: { n0: rig.charter.nodes.one }, nodeQuorum: 1 });
  now();
  assert.deepEqual(rig.machine.validators(rig.state), []);
  assert.equal(new Set(policies).size, 5);
});

test('a node without weight is listed in the policy and does not count', () => {
  const rig = new Rig();
  amend(rig, { nodes: nodes(rig, [10, 10, 10, 10, 0]), nodeQuorum: 3 });
  assert.equal(rig.machine.validators(rig.state).length, 4);
  const parsed = parsePolicy(rig.machine.policy(rig.state), nodeCrypto);
  assert.ok(parsed.ok);
  assert.equal(parsed.policy.witnesses.length, 5);
  assert.deepEqual(parsed.policy.groups, [{ name: 'nodes', threshold: 3, members: ['node-n0', 'node-n1', 'node-n2', 'node-n3'] }]);
});

test('what could never be a network is refused', () => {
  const rig = new Rig();
  const four = nodes(rig, [10, 10, 10, 10]);
  const { n0, n1 } = four as { n0: Node; n1: Node };
  const { validator: _, ...plain } = n0;
  const with1 = (change: Partial<NonNullable<Node['validator']>>) => ({
    nodes: { ...four, n1: { ...n1, validator: { ...n1.validator, ...change } } },
    nodeQuorum: 3,
  });
  const inconsistent: readonly object[] = [
    { nodes: four, nodeQuorum: 2 },
    { nodes: four, nodeQuorum: 5 },
    { nodes: nodes(rig, [10, 10, 10, 0]), nodeQuorum: 2 },
    { nodes: nodes(rig, [10, 10, 10, 0]), nodeQuorum: 4 },
    { nodes: nodes(rig, [0]), nodeQuorum: 1 },
    { nodes: { ...four, n0: plain }, nodeQuorum: 3 },
    with1({ key: n0.validator!.key }),
    with1({ peer: n0.validator!.peer }),
    with1({ exchange: n0.validator!.exchange }),
    with1({ tls: n0.validator!.tls }),
    with1({ key: `${'A'.repeat(42)}B=` }),
  ];
  for (const body of inconsistent) refusedAmendment(rig, 'amendment-inconsistent', body);
  const malformed = [
    with1({ power: -1 }),
    with1({ power: 1_001 }),
    with1({ peer: '10.0.0.1:26656' }),
    with1({ peer: `${'a'.repeat(40)}@somebody` }),
    with1({ exchange: 'http://node-1.example:7443' }),
    with1({ exchange: 'https://node-1.example:7443/path' }),
  ];
  for (const body of malformed) refusedAmendment(rig, 'body-invalid', body);
});
