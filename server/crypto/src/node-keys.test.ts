/** A node's keys on disk: modes, never overwritten, each for its own use. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { verifyEd25519 } from './ed25519.ts';
import { verifyEs256 } from './es256.ts';
import { KeyFileExposed } from './key-file.ts';
import { generateNodeKeys, loadNodeKeys, nodeSigner, saveNodeKeys } from './node-keys.ts';

describe("a node's keys", () => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-keys-'));
  after(() => rmSync(dir, { recursive: true, force: true }));
  const folder = join(dir, 'keys');
  const keys = generateNodeKeys();

  test('come back from disk as they were, readable by their owner alone', () => {
    saveNodeKeys(folder, keys);
    const again = loadNodeKeys(folder);
    assert.deepEqual(again.log.publicKey, keys.log.publicKey);
    assert.deepEqual(again.cosigner.publicKey, keys.cosigner.publicKey);
    assert.deepEqual(again.notice.jwk, keys.notice.jwk);
    for (const name of ['log.pem', 'cosigner.pem', 'notice.pem']) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test('are never overwritten', () => {
    assert.throws(() => saveNodeKeys(folder, generateNodeKeys()), { code: 'EEXIST' });
    assert.deepEqual(loadNodeKeys(folder).log.publicKey, keys.log.publicKey);
  });

  test('are not used while others can read them', () => {
    chmodSync(join(folder, 'notice.pem'), 0o644);
    assert.throws(() => loadNodeKeys(folder), KeyFileExposed);
    chmodSync(join(folder, 'notice.pem'), 0o600);
    loadNodeKeys(folder);
  });

  test('sign each with their own', () => {
    const signer = nodeSigner(keys);
    const message = new TextEncoder().encode('checkpoint');
    assert.equal(verifyEd25519(keys.log.publicKey, message, signer.signLog(message)), true);
    assert.equal(verifyEd25519(keys.cosigner.publicKey, message, signer.signCosign(message)), true);
    assert.equal(verifyEd25519(keys.cosigner.publicKey, message, signer.signLog(message)), false);
    const { x, y } = keys.notice.jwk;
    const point = { x: new Uint8Array(Buffer.from(x, 'base64url')), y: new Uint8Array(Buffer.from(y, 'base64url')) };
    assert.equal(verifyEs256(point, message, signer.signNotice(message)), true);
  });
});
