/** A table of allotments, read exactly, and what of it cannot be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAllotments } from './read-allotments.ts';

test('columns in any order, quotes, either separator, any line end', () => {
  const read = readAllotments('\uFEFFline;Amount;year;fund;note\r\n1-132-01;1250,5;2026;GEN;"a; ""b"""\r1-136-01;007;2026;GEN;\n\n');
  assert.deepEqual(
    read?.map((one) => ('unread' in one ? one.unread : [one.line, one.year, one.fund, one.code, one.minor])),
    [
      [2, '2026', 'GEN', '1-132-01', '125050'],
      [3, '2026', 'GEN', '1-136-01', '700'],
    ],
  );
});

test('what is no amount is never guessed, and a line with other columns is named', () => {
  for (const amount of ['', '-5', '1.234', '1e3', '12 €', '0x10', '1,2,3', '٣', '9'.repeat(16)]) {
    const [one] = readAllotments(`year,fund,line,amount\n2026,GEN,1,"${amount}"`) ?? [];
    assert.equal(one !== undefined && 'unread' in one && one.unread, 'amount', amount);
  }
  for (const line of ['2026,GEN,1', '2026,GEN,1,2,3', ',GEN,1,2', '2026,,1,2']) {
    const [one] = readAllotments(`year,fund,line,amount\n${line}`) ?? [];
    assert.equal(one !== undefined && 'unread' in one && one.unread, 'columns', line);
  }
  const [shown] = readAllotments('year;fund;line;amount\r\n2026; GEN;"1";12.5O\r\n') ?? [];
  assert.deepEqual([shown?.text, shown?.amount], ['2026; GEN;"1";12.5O', '12.5O'], 'as the line was');
  assert.equal(readAllotments('a,b\n1,2'), undefined);
  assert.equal(readAllotments(''), undefined);
  assert.deepEqual(readAllotments('year,fund,line,amount\n'), []);
});
