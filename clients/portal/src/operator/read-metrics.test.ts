/** What the operator's page makes of a node's figures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf, readMetrics } from './read-metrics.ts';

const NOW = 1_800_000_000_000;
const WELL = `# HELP tabularium_height Seals written.
# TYPE tabularium_height gauge
tabularium_height 100
tabularium_log_size 400
tabularium_queue 0
tabularium_halted 0
tabularium_projection_height 100
tabularium_disk_free_bytes 5e+11
tabularium_disk_size_bytes 1e+12
tabularium_backup_time_seconds ${NOW / 1000 - 3600}
tabularium_backup_height 90
tabularium_witness_size{witness="audit.example"} 400
tabularium_witness_trouble{witness="audit.example"} 0
tabularium_peer_reached{peer="court"} 1
tabularium_webhook_on{webhook="ab"} 1
tabularium_webhook_dead_letters{webhook="ab"} 0
tabularium_webhook_delivered_total{webhook="ab"} 7
tabularium_warnings 0`;

const grades = (text: string): Record<string, string> =>
  Object.fromEntries(findingsOf(readMetrics(text), NOW).map(({ subject, grade }) => [subject, grade]));
const changed = (...pairs: readonly (readonly [string, string])[]): Record<string, string> =>
  grades(pairs.reduce((text, [from, to]) => text.replace(from, to), WELL));

test('a node that is well is in order throughout', () => {
  assert.deepEqual([...new Set(Object.values(grades(WELL)))], ['good']);
  const backup = findingsOf(readMetrics(WELL), NOW).find(({ subject }) => subject === 'backup');
  assert.deepEqual(backup?.values, { known: 1, hours: 1, behind: 10 });
});

test('each trouble is found, and the worst stands first', () => {
  assert.equal(changed(['halted 0', 'halted 1']).ledger, 'now');
  assert.equal(changed(['projection_height 100', 'projection_height 70']).lists, 'soon');
  assert.equal(changed(['tabularium_height 100', 'tabularium_height 9000']).lists, 'now');
  assert.equal(changed(['5e+11', '1e+11']).disk, 'soon');
  assert.equal(changed(['5e+11', '1e+10']).disk, 'now');
  assert.equal(changed([`${NOW / 1000 - 3600}`, '0']).backup, 'soon');
  assert.equal(changed([`${NOW / 1000 - 3600}`, `${NOW / 1000 - 2 * 86_400}`]).backup, 'soon');
  assert.equal(changed([`${NOW / 1000 - 3600}`, `${NOW / 1000 - 30 * 86_400}`]).backup, 'now');
  assert.equal(changed(['trouble{witness="audit.example"} 0', 'trouble{witness="audit.example"} 1']).witness, 'soon');
  assert.equal(changed(['witness_size', 'x'], ['witness_trouble', 'y'])['no-witness'], 'soon');
  assert.equal(changed(['{peer="court"} 1', '{peer="court"} 0']).peer, 'soon');
  assert.equal(changed(['letters{webhook="ab"} 0', 'letters{webhook="ab"} 3']).webhook, 'soon');
  assert.equal(changed(['on{webhook="ab"} 1', 'on{webhook="ab"} 0']).webhook, 'now');
  assert.equal(changed(['warnings 0', 'warnings 2']).warnings, 'now');
  const [first] = findingsOf(readMetrics(WELL.replace('halted 0', 'halted 1').replace('5e+11', '1e+11')), NOW);
  assert.equal(first?.subject, 'ledger');
});

test('labels are read as they were written, and nonsense is passed over', () => {
  const metrics = readMetrics('a{b="c\\"d\\n",e="f"} 1\nnonsense\na 2 3\n# a 1');
  assert.deepEqual(metrics.get('a'), [{ labels: { b: 'c"d\n', e: 'f' }, value: 1 }]);
  assert.deepEqual(grades(''), { backup: 'soon', ledger: 'good', lists: 'good', 'no-witness': 'soon' });
});
