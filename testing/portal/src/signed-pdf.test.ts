/** The signed PDF is one: qpdf and poppler's pdfsig, which are not ours, say so; of a changed one, that it is broken. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { contractPdf } from './contract-pdf.ts';
import { signedPdf } from './signed-pdf.ts';

test('a contract is signed by an update that leaves every byte as it was', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tabularium-signed-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const contract = await contractPdf();
  const signed = signedPdf(contract);
  assert.deepEqual(signed.subarray(0, contract.length), contract);
  const path = join(folder, 'contract.pdf');
  const judged = (judge: string, ...args: string[]): string => {
    const { error, stdout, stderr } = spawnSync(judge, [...args, path], { encoding: 'utf8' });
    if (error !== undefined) t.diagnostic(`passed over, there is no ${judge}`);
    return error === undefined ? stdout + stderr : '';
  };
  const says = (answer: string, what: RegExp): void => assert.ok(answer === '' || what.test(answer), answer);
  writeFileSync(path, signed);
  says(judged('qpdf', '--check'), /No syntax or stream encoding errors found/);
  const report = judged('pdfsig');
  says(report, /Signature is Valid/);
  says(report, /ETSI\.CAdES\.detached/);
  says(report, /Total document signed/);
  signed[100] = (signed[100] ?? 0) ^ 1;
  writeFileSync(path, signed);
  says(judged('pdfsig'), /Digest Mismatch/);
});
