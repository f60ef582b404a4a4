/** The table against what is known of some zones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneOffsets } from './zone-offsets.ts';

test('summer time in the European Union begins and ends at 01:00 UTC on last Sundays', () => {
  assert.deepEqual(zoneOffsets('Europe/Vienna', 2026, 2026), [
    { from: 0, minutes: 60 },
    { from: Date.UTC(2026, 2, 29, 1), minutes: 120 },
    { from: Date.UTC(2026, 9, 25, 1), minutes: 60 },
  ]);
});

test('zones without summer time have one line, southern ones start in summer, half hours are kept', () => {
  assert.deepEqual(zoneOffsets('Asia/Kolkata', 2026, 2027), [{ from: 0, minutes: 330 }]);
  assert.deepEqual(zoneOffsets('UTC', 2026, 2026), [{ from: 0, minutes: 0 }]);
  assert.deepEqual(
    zoneOffsets('Australia/Adelaide', 2026, 2026).map(({ minutes }) => minutes),
    [630, 570, 630],
  );
});

test('an unknown zone is refused', () => {
  assert.throws(() => zoneOffsets('Europe/Atlantis', 2026, 2026), RangeError);
});
