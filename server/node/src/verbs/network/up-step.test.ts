/** `network up` as a process: whoever waits for it reads what it is doing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { whyNoComet } from '../../network/comet-program.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const whyNot = whyNoComet();

if (whyNot === undefined) test('each step of laying a network out and starting it is said before it is done', steps);
else test('network up is passed over', (t) => t.diagnostic(whyNot));

async function steps(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-up-'));
  const child = spawn(process.execPath, [MAIN, 'network', 'up', '--data', dir, '--nodes', '2', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const said: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, message, agency } = JSON.parse(line) as Readonly<Record<string, string>>;
      if (event === 'note') said.push(message!);
      if (event === 'node' && agency === 'court') child.kill('SIGTERM');
    }
    assert.deepEqual(await exit, [0, null]);
    const expected = [
      /^2 agencies make their keys/,
      /^office founds the ledger/,
      /^office makes its keys/,
      /^court makes its keys/,
      /^the charter is amended/,
      /^the node of office starts/,
      /^court takes the ledger over/,
      /^the nodes of court start/,
    ];
    const found = expected.map((step) => said.findIndex((line) => step.test(line)));
    assert.deepEqual(
      found,
      [...found].sort((a, b) => a - b),
      said.join('\n'),
    );
    assert.ok(!found.includes(-1), said.join('\n'));
  } finally {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}
