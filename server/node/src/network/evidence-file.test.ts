/** Faults of other nodes outlast a new start, whatever became of their file. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Evidence } from '@tabularium/exchange';
import { EvidenceFile } from './evidence-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-evidence-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const note = (size: number): string => `town.example/0\n${size}\nroot\n\n— town.example AAAAAAAA\n`;
const fault = (size: number): Evidence => ({ kind: 'contradiction', node: 'court', size, ours: note(size), theirs: note(size) });

test('what was found is there after a new start, and a torn line takes neither itself nor the next one for a fault', () => {
  const path = join(folder, 'evidence.jsonl');
  const reports: string[] = [];
  const open = (): EvidenceFile => new EvidenceFile(path, (error) => void reports.push(String(error)));
  const first = open();
  assert.deepEqual(first.read(), []);
  first.add(fault(1));
  first.add(fault(2));
  assert.deepEqual(open().read(), [fault(1), fault(2)]);
  appendFileSync(path, '{"kind":"contradiction","node":"court","si');
  const torn = open();
  assert.deepEqual(torn.read(), [fault(1), fault(2)]);
  assert.match(reports.join('\n'), /^Error: line 3 of .*evidence\.jsonl cannot be read$/);
  torn.add(fault(3));
  torn.add(fault(4));
  appendFileSync(path, '{}\nnull\n');
  assert.deepEqual(open().read(), [fault(1), fault(2), fault(3), fault(4)]);
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 8);
});

test('a fault that cannot be written down is reported, and nothing else', () => {
  const path = join(folder, 'taken');
  const reports: unknown[] = [];
  const file = new EvidenceFile(path, (error) => void reports.push(error));
  file.read();
  mkdirSync(path);
  file.add(fault(1));
  assert.match(String(reports), /EISDIR/);
});
