/**
 * The guides for people who do not use this SDK: their Python and Java are run as they stand, against a log that checks what
 * they send as strictly as a ledger does and answers with a real receipt.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generateEd25519, nodeCrypto, signEd25519 } from '@tabularium/crypto';
import {
  formatCheckpoint,
  formatPolicy,
  formatReceipt,
  formatVkey,
  LogTree,
  leafHash,
  logSignatureLine,
  verifierKey,
} from '@tabularium/log';
import { encodeUtf8, parseTransaction, type Transaction, verifyTransaction } from '@tabularium/protocol';
import { verifyReceipt } from '@tabularium/verify';
import { es256Signer, generatePrivateJwk } from './es256-signer.ts';

const GUIDES = fileURLToPath(new URL('../../../docs/guides/', import.meta.url));
const ORIGIN = 'town.example/0123456789abcdef';
const folder = mkdtempSync(join(tmpdir(), 'tabularium-guides-'));
after(() => rmSync(folder, { recursive: true }));

const jwk = generatePrivateJwk();
const signer = es256Signer(jwk);
const logKey = generateEd25519();
const vkey = verifierKey(ORIGIN, 0x01, logKey.publicKey, nodeCrypto);
const policy = formatPolicy({ logs: [{ vkey: formatVkey(vkey) }], witnesses: [], groups: [], quorum: 'none' });
const tree = LogTree.empty(nodeCrypto.sha256);
for (const leaf of ['{"charter":1}', '{"seal":1}', '{"seal":2}', '{"seal":3}']) tree.append(leafHash(encodeUtf8(leaf), nodeCrypto.sha256));
const received: { transaction: Transaction; receipt: string }[] = [];
/** Set by a test to make the next answer a lie. */
let tamper: (receipt: string) => string = (receipt) => receipt;

function checkpoint(): string {
  const text = formatCheckpoint({ origin: ORIGIN, size: tree.size, root: tree.root() });
  return `${text}\n${logSignatureLine(vkey, signEd25519(logKey.privateKey)(encodeUtf8(text)))}`;
}

const server = createServer(async (request, response) => {
  if (request.url === '/log/checkpoint') return response.end(checkpoint());
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = new Uint8Array(Buffer.concat(chunks));
  const parsed = parseTransaction(bytes, nodeCrypto);
  if (!parsed.ok) return response.writeHead(400).end(JSON.stringify(parsed));
  if (!verifyTransaction(parsed.transaction, { kind: 'es256', jwk: signer.jwk }, nodeCrypto)) return response.writeHead(401).end('{}');
  const index = tree.size;
  tree.append(leafHash(bytes, nodeCrypto.sha256));
  for (let i = 0; i < 3; i++) tree.append(leafHash(encodeUtf8(`{"seal":${tree.size}}`), nodeCrypto.sha256));
  const receipt = formatReceipt({
    entry: Buffer.from(bytes).toString(),
    jwk: signer.jwk,
    index,
    hashes: tree.inclusion(index),
    checkpoint: checkpoint(),
  });
  received.push({ transaction: parsed.transaction, receipt });
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ name: parsed.transaction.name, index, height: 2, time: 0, receipt: tamper(receipt) }));
});
let url = '';
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'ada.key.json'), JSON.stringify({ ...jwk, kid: signer.kid }));
  writeFileSync(join(folder, 'body.json'), '{"items":[{"payable":"7","note":"Straße"}]}');
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function run(command: string, args: readonly string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(command, args, { cwd: folder });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    out += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })));
}

const JAVA = process.env.JAVA_HOME === undefined ? 'java' : join(process.env.JAVA_HOME, 'bin', 'java');
const ARGS = ['ada.key.json', 'treasury.payment.order', 'accountant@finance', 'body.json'];

function assertReceived(count: number): void {
  const { transaction, receipt } = received.at(-1)!;
  assert.equal(received.length, count);
  assert.deepEqual(transaction.payload.body, { items: [{ payable: '7', note: 'Straße' }] });
  assert.equal(transaction.payload.as, 'accountant@finance');
  assert.ok(verifyReceipt(receipt, policy, nodeCrypto).ok);
}

/** A Python with the `cryptography` package: the system's, or a virtual environment made for this run. */
function python(t: TestContext): string | undefined {
  const hasPackage = (command: string) => spawnSync(command, ['-c', 'import cryptography']).status === 0;
  if (hasPackage('python3')) return 'python3';
  if (spawnSync('python3', ['--version']).status !== 0) {
    t.diagnostic('passed over: there is no python3');
    return undefined;
  }
  const made = join(folder, 'venv', 'bin', 'python');
  const steps = [
    ['python3', ['-m', 'venv', join(folder, 'venv')]],
    [made, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'cryptography']],
  ] as const;
  for (const [command, args] of steps) {
    const step = spawnSync(command, args, { encoding: 'utf8' });
    if (step.status === 0) continue;
    t.diagnostic(
      `passed over: the Python package cryptography cannot be had here: ${(step.stderr || step.stdout || String(step.error)).trim().split('\n').at(-1)}`,
    );
    return undefined;
  }
  return made;
}

test('twenty lines of Python sign, send and check the receipt', async (t) => {
  const lines = readFileSync(join(GUIDES, 'sign.py'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  assert.ok(lines.length <= 20, `${lines.length} lines`);
  const command = python(t);
  if (command === undefined) return;
  const before = received.length;
  const { code, out } = await run(command, [join(GUIDES, 'sign.py'), url, ...ARGS]);
  assert.equal(code, 0, out);
  assertReceived(before + 1);
  assert.equal(out, `accepted ${received.at(-1)!.transaction.name}\n`);
  for (let i = 0; i < 3; i++) assert.equal((await run(command, [join(GUIDES, 'sign.py'), url, ...ARGS])).code, 0);
  tamper = (receipt) =>
    receipt.replace(/\n(.)(.{43})\n\n/, (_all, first: string, rest: string) => `\n${first === 'A' ? 'B' : 'A'}${rest}\n\n`);
  const forged = await run(command, [join(GUIDES, 'sign.py'), url, ...ARGS]);
  tamper = (receipt) => receipt;
  assert.notEqual(forged.code, 0);
  assert.match(forged.out, /does not lead to the root/);
});

test('Java signs and sends with its own library alone', async (t) => {
  const source = readFileSync(join(GUIDES, 'SignTransaction.java'), 'utf8');
  const main = source
    .slice(source.indexOf('void main'), source.indexOf('static String b64'))
    .split('\n')
    .filter((line) => line.trim() !== '');
  assert.ok(main.length <= 25, `${main.length} lines`);
  if (spawnSync(JAVA, ['--version']).status !== 0) return t.diagnostic('passed over: there is no java');
  const before = received.length;
  const { code, out } = await run(JAVA, [join(GUIDES, 'SignTransaction.java'), url, ...ARGS]);
  assert.equal(code, 0, out);
  assertReceived(before + 1);
  assert.match(out, /^201 \{/);
});
