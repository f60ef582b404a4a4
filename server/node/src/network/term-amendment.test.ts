/** Which node of the charter a `node.json` is for: it comes from somebody else, and public keys can be copied. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateNodeKeys } from '@tabularium/crypto';
import { makeTlsIdentity } from '@tabularium/exchange';
import type { CharterRecord } from '@tabularium/kernel';
import { nodeEntry } from '../node-identity.ts';
import type { AgencyNode } from './agency-keys.ts';
import { amendmentFor } from './term-amendment.ts';

let made = 0;
function newNode(agency: string): AgencyNode {
  const n = ++made;
  const key = Buffer.alloc(32, n).toString('base64');
  const peer = `${n.toString(16).padStart(40, '0')}@${agency}.example:26656`;
  const validator = { key, power: 10, peer, exchange: `https://${agency}.example:7443`, tls: makeTlsIdentity().pin };
  return { agency, ...nodeEntry(generateNodeKeys()), validator };
}

const [town, court] = [newNode('town'), newNode('court')];
const charter = { agencies: { town: {}, court: {} }, nodes: { town, court }, nodeQuorum: 2 } as unknown as CharterRecord;
const refused = { name: 'NodeFault', code: 'input-invalid' };

test('a new node is named after its agency; one that is there gets other addresses and weights', () => {
  const second = newNode('town');
  assert.deepEqual(amendmentFor(charter, [second]).nodes, { town, court, 'town-2': second });
  const moved = { ...court, validator: { ...court.validator, power: 0, exchange: 'https://new.example:1' } };
  assert.deepEqual(amendmentFor(charter, [moved]).nodes, { town, court: moved });
});

test('the founder’s node gets its section, and a new one of another agency comes beside it', () => {
  const { validator: _, ...alone } = town;
  const founded = { ...charter, nodes: { town: alone } } as unknown as CharterRecord;
  assert.deepEqual(amendmentFor(founded, [town, court]).nodes, { town, court });
});

test('a file that names another node’s public keys takes no node over', () => {
  const evil = newNode('court');
  const { log, cosigner, notice } = town;
  for (const file of [
    { ...evil, log },
    { ...evil, log, cosigner, notice },
    { ...evil, log, cosigner, notice, agency: 'town' },
    { ...town, validator: { ...town.validator, tls: evil.validator.tls } },
    { ...town, agency: 'court' },
  ])
    assert.throws(() => amendmentFor(charter, [file]), refused);
  assert.throws(() => amendmentFor(charter, [town, { ...town, validator: { ...town.validator, power: 1 } }]), refused);
  assert.deepEqual(amendmentFor(charter, [{ ...evil, as: 'town' }]).nodes, { town: evil, court });
});
