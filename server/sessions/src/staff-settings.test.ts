/** The staff file is read strictly, and what is wrong with it is said without repeating it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStaffSettings, StaffFileFault } from './staff-settings.ts';

const FILE = {
  issuer: 'https://accounts.town.example',
  clientId: 'tabularium',
  clientSecret: 'MARKER-secret',
  claim: 'preferred_username',
  people: { 'MARKER-ada': { officer: 'mayor-1' }, 'MARKER-ops': { operator: true } },
};

test('who is who here', () => {
  const { issuer, claim, people } = readStaffSettings(JSON.stringify(FILE));
  assert.deepEqual([issuer.href, claim], ['https://accounts.town.example/', 'preferred_username']);
  assert.deepEqual([...people.values()], [{ officer: 'mayor-1', isOperator: false }, { isOperator: true }]);
  const { claim: _, ...without } = FILE;
  assert.equal(readStaffSettings(JSON.stringify(without)).claim, 'sub');
  assert.equal(readStaffSettings(JSON.stringify({ ...FILE, issuer: 'http://localhost:3000' })).issuer.port, '3000');
  assert.equal(readStaffSettings(JSON.stringify(FILE)).watchSecret, undefined);
  assert.equal(readStaffSettings(JSON.stringify({ ...FILE, watchSecret: 'a'.repeat(32) })).watchSecret, 'a'.repeat(32));
});

test('anything else is refused', () => {
  const { clientSecret: _, ...secretless } = FILE;
  for (const bad of [
    'MARKER',
    '[]',
    JSON.stringify(secretless),
    JSON.stringify({ ...FILE, issuer: 'http://accounts.town.example' }),
    JSON.stringify({ ...FILE, issuer: 'MARKER' }),
    JSON.stringify({ ...FILE, MARKER: 1 }),
    JSON.stringify({ ...FILE, people: [] }),
    JSON.stringify({ ...FILE, people: { 'MARKER-ada': { officer: 'Mayor MARKER' } } }),
    JSON.stringify({ ...FILE, people: { 'MARKER-ada': { admin: true } } }),
    JSON.stringify({ ...FILE, people: { 'MARKER-ada': { operator: 'yes' } } }),
    JSON.stringify({ ...FILE, watchSecret: 'MARKER' }),
    JSON.stringify({ ...FILE, watchSecret: [`MARKER${'a'.repeat(32)}`] }),
  ])
    assert.throws(
      () => readStaffSettings(bad),
      (error) => error instanceof StaffFileFault && !error.message.includes('MARKER'),
      bad,
    );
});
