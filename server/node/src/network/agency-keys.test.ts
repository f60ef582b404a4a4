/** An agency's keys: made once, whoever asks for them at the same time, and kept when they are asked for again. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadNodeKeys } from '@tabularium/crypto';
import { readIdentity } from '@tabularium/engine-cometbft';
import { loadTlsIdentity } from '@tabularium/exchange';
import { dataDirectory } from '../data-directory.ts';
import { nodeEntry } from '../node-identity.ts';
import { makeAgencyNode } from './agency-keys.ts';
import { cometProgram } from './comet-program.ts';
import { whyNot } from './network-rig.test.ts';

if (whyNot === undefined)
  test('two who make the keys of one directory at once do not mix them, and none but their owner may read them', async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-agency-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    const plan = { dir, program: cometProgram(), agency: 'court', peer: 'court:1', exchange: 'https://court:2', power: 10 };
    const making = makeAgencyNode(plan);
    await assert.rejects(makeAgencyNode(plan), { name: 'NodeFault', code: 'directory-in-use' });
    const made = await making;
    assert.deepEqual(await makeAgencyNode(plan), made);

    const place = dataDirectory(dir);
    const { validator, ...entry } = made;
    assert.deepEqual(entry, { agency: 'court', ...nodeEntry(loadNodeKeys(place.keys)) });
    assert.equal(validator.tls, loadTlsIdentity(place.keys).pin);
    const { key, id } = readIdentity(place.comet)!;
    assert.deepEqual([validator.key, validator.peer], [key.value, `${id}@court:1`]);
    assert.deepEqual(JSON.parse(readFileSync(place.nodeEntry, 'utf8')), made);
    for (const name of ['keys/log.pem', 'keys/tls.pem', 'comet/config/priv_validator_key.json', 'comet/config/node_key.json'])
      assert.equal(statSync(join(dir, name)).mode & 0o077, 0, name);
  });
else test('making an agency’s keys is passed over', (t) => t.diagnostic(whyNot!));
