/** Keys for TLS: the pin is of the key alone, and key files are kept as the node's other keys are. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateEd25519, KeyFileExposed, savePrivateKey } from '@tabularium/crypto';
import { loadTlsIdentity, makeTlsIdentity, pinOf, saveTlsIdentity } from './tls-identity.ts';

test('a certificate signs itself, says nothing of anybody, and does not end', () => {
  const certificate = new X509Certificate(makeTlsIdentity().certificate);
  assert.equal(certificate.subject, 'CN=tabularium-node');
  assert.equal(certificate.issuer, 'CN=tabularium-node');
  assert.equal(certificate.verify(certificate.publicKey), true);
  assert.equal(certificate.checkIssued(certificate), true);
  assert.equal(certificate.validToDate.toISOString(), '9999-12-31T23:59:59.000Z');
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
});

test('the pin is the base64 SHA-256 of the SubjectPublicKeyInfo, from whatever form of the certificate', () => {
  const { certificate, pin } = makeTlsIdentity();
  const parsed = new X509Certificate(certificate);
  const spki = parsed.publicKey.export({ type: 'spki', format: 'der' });
  assert.equal(pin, createHash('sha256').update(spki).digest('base64'));
  assert.match(pin, /^[A-Za-z0-9+/]{43}=$/);
  for (const form of [certificate, parsed, parsed.raw]) assert.equal(pinOf(form), pin);
  assert.notEqual(makeTlsIdentity().pin, pin);
});

test('a saved identity comes back with its pin; it is neither overwritten nor read where others can read it', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tls-identity-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const made = makeTlsIdentity();
  saveTlsIdentity(dir, made);
  const file = join(dir, 'tls.pem');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(loadTlsIdentity(dir).pin, made.pin);
  assert.throws(() => saveTlsIdentity(dir, makeTlsIdentity()), { code: 'EEXIST' });
  chmodSync(file, 0o640);
  assert.throws(() => loadTlsIdentity(dir), KeyFileExposed);
});

test('a missing key, or one of another kind, is no identity', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tls-identity-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  assert.throws(() => loadTlsIdentity(dir), { code: 'ENOENT' });
  savePrivateKey(join(dir, 'tls.pem'), generateEd25519().privateKey);
  assert.throws(() => loadTlsIdentity(dir), RangeError);
});
