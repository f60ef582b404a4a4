/** `start` as a process: a signal ends it, also at the moment when one engine hands the ledger over to the other. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '@tabularium/engine-port';
import { makeAgencyNode } from '../network/agency-keys.ts';
import { charterIn } from '../network/charter-in.ts';
import { cometProgram, whyNoComet } from '../network/comet-program.ts';
import { amendCharter, foundDemoTown } from '../network/demo-network.ts';
import { freePorts } from '../network/local-network.ts';
import { until } from '../network/network-rig.test.ts';
import { amendmentFor } from '../network/term-amendment.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const whyNot = whyNoComet();

if (whyNot === undefined) test('a signal while the charter changes who orders is not lost', signalAtTermChange);
else test('a signal at a change of term is passed over', (t) => t.diagnostic(whyNot));

async function signalAtTermChange(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tabularium-start-'));
  const dir = join(folder, 'office');
  const officers = await foundDemoTown(dir);
  const charter = charterIn(dir);
  const [port, peer, exchange] = await freePorts(3);
  const entry = await makeAgencyNode({
    ...{ program: cometProgram(), dir, agency: 'office', power: 10 },
    ...{ peer: `127.0.0.1:${peer}`, exchange: `https://127.0.0.1:${exchange}`, url: `http://127.0.0.1:${port}` },
  });
  const child = spawn(process.execPath, [MAIN, 'start', '--data', dir, '--port', String(port), '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env },
  });
  const exit = once(child, 'exit');
  const events: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => events.push(String((JSON.parse(line) as { event: string }).event)));
  try {
    await until(() => events.includes('ready'));
    // Whoever is in the middle of sending holds the node's closing up.
    const sender = connect(port!, '127.0.0.1');
    sender.on('error', () => undefined);
    sender.write('POST /api/v1/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\n1');
    await once(sender, 'ready');
    const submit = async (jws: Uint8Array): Promise<Outcome> => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', connection: 'close' },
        body: jws,
      });
      const { name, index } = (await response.json()) as { readonly name: string; readonly index: number };
      assert.equal(response.status, 201);
      return { kind: 'accepted', name, index, height: 0, time: 0 };
    };
    const at = { engine: { submit }, charter } as unknown as Parameters<typeof amendCharter>[1];
    await amendCharter(amendmentFor(charter, [entry]), at, officers);
    await until(async () => {
      const probe = connect(port!, '127.0.0.1');
      const isOpen = await once(probe, 'connect').then(Boolean, () => false);
      probe.destroy();
      return !isOpen;
    });
    child.kill('SIGTERM');
    await delay(200);
    sender.destroy();
    assert.deepEqual(await exit, [0, null]);
    assert.deepEqual(events.filter((event) => event !== 'note').slice(-2), ['ready', 'stopped']);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
