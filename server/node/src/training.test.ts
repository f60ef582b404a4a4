/** A ledger for training says so wherever it is seen; one in earnest never does. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newOffice } from './node-rig.test.ts';
import { startNode } from './start-node.ts';

const CLI = fileURLToPath(new URL('../../../clients/cli/src/main.ts', import.meta.url));
const run = promisify(execFile);

for (const [name, isTraining] of [
  ['office.test', true],
  ['office.example', false],
] as const) {
  test(`${name}: ${isTraining ? 'TEST on the page, and a receipt without effect' : 'nothing of the kind'}`, {
    timeout: 60_000,
  }, async (t) => {
    const office = newOffice({ change: (draft) => ({ ...draft, name }) });
    const node = await startNode({ dir: office.data });
    try {
      const views = (await (await fetch(`${node.url}/api/v1/views`)).json()) as { training?: boolean };
      assert.equal(views.training, isTraining ? true : undefined);
      const page = await (await fetch(node.url)).text();
      assert.equal(page.includes('TEST: a training record'), isTraining);

      const [jws] = office.acceptances();
      const outcome = await node.engine.submit(jws!);
      assert.equal(outcome.kind, 'accepted');
      const [receipt, policy] = ['receipt', 'policy'].map((file) => join(office.dir, file));
      writeFileSync(receipt!, node.door.receipt('name' in outcome ? outcome.name : '')!);
      writeFileSync(policy!, node.door.policy());
      const words = await run(process.execPath, [CLI, 'verify', receipt!, '--policy', policy!]);
      assert.equal(words.stdout.includes('TRAINING, NO EFFECT'), isTraining);
      const json = await run(process.execPath, [CLI, 'verify', receipt!, '--policy', policy!, '--json']);
      assert.equal((JSON.parse(json.stdout) as { training?: boolean }).training, isTraining ? true : undefined);

      const fact = join(office.dir, 'fact');
      writeFileSync(fact, await (await fetch(`${node.url}/api/v1/facts/kernel/officer/clerk`)).text());
      const told = await run(process.execPath, [CLI, 'verify', fact, '--policy', policy!]);
      assert.equal(told.stdout.includes('TRAINING, NO EFFECT'), isTraining);

      for (const [lang, sentence] of [
        ['en', 'this certificate is for training'],
        ['es', 'este certificado es para prácticas'],
      ] as const) {
        const paper = async (): Promise<Buffer> =>
          Buffer.from(await (await fetch(`${node.url}/api/v1/certificates/2.pdf?lang=${lang}`)).arrayBuffer());
        const drawn = await paper();
        assert.deepEqual(await paper(), drawn, 'the same each time');
        assert.equal([...drawn.toString('latin1').matchAll(/\/Type \/Page\b/g)].length, 1);
        const file = join(office.dir, `${lang}.pdf`);
        writeFileSync(file, drawn);
        const read = await run('pdftotext', [file, '-']).catch(() => undefined);
        if (read === undefined) t.diagnostic('passed over: what stands on the paper (pdftotext is missing)');
        else assert.equal(read.stdout.replaceAll(/\s+/g, ' ').includes(`TEST: ${sentence}`), isTraining);
      }
    } finally {
      await node.close();
      office.remove();
    }
  });
}
