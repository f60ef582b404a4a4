/** A witness killed in the middle of its work has forgotten nothing that it answered for. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { pushToWitness } from './push-to-witness.ts';
import { SampleLog } from './sample-log.ts';
import { openWitness } from './start-witness.ts';

const CHILD = `
const { startWitness } = await import(process.argv[1]);
const { url, vkey } = await startWitness({ dir: process.argv[2], name: 'audit.example/w1', logs: [process.argv[3]] });
console.log(JSON.stringify({ url, vkey }));
`;

test('kill −9 between and inside pushes: every acknowledged size is still known', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-witness-crash-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const log = new SampleLog('town/1111222233334444').grow(2);
  let acknowledged = 0;
  for (let round = 0; round < 5; round++) {
    const module = new URL('./start-witness.ts', import.meta.url).href;
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, module, dir, log.vkey], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { url, vkey } = JSON.parse(line.toString());
    setTimeout(() => child.kill('SIGKILL'), 20 + 37 * round);
    for (;;) {
      log.grow(log.tree.size + 3);
      const consistency = (from: number, to: number) => log.tree.consistency(from, to);
      const result = await pushToWitness({
        witnessUrl: url,
        vkey,
        checkpoint: log.checkpoint(),
        oldSize: acknowledged,
        consistency,
        crypto: nodeCrypto,
        attempts: 1,
      });
      if (!result.ok) {
        assert.equal(result.code, 'unreachable', result.detail);
        break;
      }
      acknowledged = result.size;
    }
    await exited;
    const { witness, close } = openWitness({ dir, logs: [log.vkey] });
    const seen = witness.seen(log.origin)?.size ?? 0;
    assert.ok(seen >= acknowledged, `seen ${seen}, acknowledged ${acknowledged}`);
    acknowledged = seen;
    close();
  }
  assert.ok(acknowledged > 0);
});
