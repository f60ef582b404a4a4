/** Vectors of docs/spec/kernel-actions.md: bodies of the kernel's actions, in form and not. Form only: whether one may do it is another matter. */
import { checkpointText, cosignLine, logLine, noteKey } from './log-keys.ts';
import type { VectorFile } from './vector-file.ts';
import { makeKey, sha256 } from './vector-keys.ts';

interface BodyVector {
  readonly name: string;
  readonly action: string;
  readonly body: unknown;
  readonly valid: boolean;
}

const SHA256 = 'ab'.repeat(32);
const DIGEST = 'A'.repeat(43);
const KEY = 'treasury/payment/0123456789abcdef0123456789abcdef';
const MANDATE = '0123456789abcdef0123456789abcdef';
const first = { kind: 'es256', jwk: makeKey('kernel body 1').jwk };
const second = { kind: 'es256', jwk: makeKey('kernel body 2').jwk };
const passkey = { kind: 'passkey', jwk: makeKey('kernel body 3').jwk, rpId: 'town.example', origins: ['https://town.example'] };
const role = { role: 'clerk', office: 'hall', until: 1_900_000_000_000 };

const good = (action: string, name: string, body: unknown): BodyVector => ({
  name: `${action}: ${name}`,
  action: `kernel.${action}`,
  body,
  valid: true,
});
const bad = (action: string, name: string, body: unknown): BodyVector => ({ ...good(action, name, body), valid: false });

const order = { key: KEY, verb: 'set', case: 'AZ-12/26', document: SHA256, change: { execute: '2026-05-01' } };
const mandate = { to: 'ash', kind: 'deputy', role: 'clerk', office: 'hall', actions: ['treasury.allot'], until: 1_900_000_000_000 };
const validation = { validatedBy: 'validation.example.eu', indication: 'total-passed', on: '2026-05-01', form: 'PAdES', report: SHA256 };
const document = { key: KEY, document: SHA256, validation };
const appointment = { officer: 'ash', agency: 'town', keys: [first, passkey], roles: [role] };

const key32 = sha256('a node key of a vector').toString('base64');
const node = { agency: 'town', log: key32, cosigner: key32, notice: makeKey('kernel body node').jwk };
const calendar = { offsets: [{ from: 0, minutes: 60 }], weekend: [6, 7], holidays: [] };

/** A proof as a ledger writes it; whether it proves anything is not asked here. */
const old = noteKey('old.example/0123456789abcdef', 1);
const outside = noteKey('witness.example/w1', 4);
const root = sha256('root of a vector');
const checkpoint = checkpointText(old.name, 40, root);

function proof(change: { extra?: string; index?: string; hashes?: string; origin?: string; signatures?: string } = {}): string {
  const {
    extra = `extra ${Buffer.from('{"entry":"YQ.Yg.Yw"}').toString('base64')}\n`,
    index = '7',
    hashes = `${sha256('a sibling').toString('base64')}\n`,
    origin = old.name,
    signatures = `${logLine(old, checkpoint)}${cosignLine(outside, checkpoint, 1_700_000_000)}`,
  } = change;
  return `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${hashes}\n${checkpointText(origin, 40, root)}\n${signatures}`;
}

export const kernelBodies: VectorFile<BodyVector> = {
  description: 'Bodies of the kernel’s actions; valid says whether they have the form the action declares.',
  spec: 'docs/spec/kernel-actions.md',
  vectors: [
    good('charter.accept', 'the digest of leaf 0', { charter: SHA256 }),
    bad('charter.accept', 'uppercase hex', { charter: SHA256.toUpperCase() }),
    good('charter.amend', 'one section', { limits: { maxExpirySeconds: 3_600, maxLagMs: 0, proposalDays: 1 } }),
    bad('charter.amend', 'what is no section', { officers: {} }),
    bad('charter.amend', 'a longer expiry than seven days', { limits: { maxExpirySeconds: 604_801, maxLagMs: 0, proposalDays: 1 } }),
    bad('charter.amend', 'words in an address', { nodes: { one: { ...node, url: 'https://town.example/?officer=Ash+Wood' } } }),
    good('charter.amend', 'an address', { nodes: { one: { ...node, url: 'https://town.example:8443/ledger' } } }),
    bad('charter.amend', 'a witness by name', { witnesses: { out: { vkey: 'Ash-Wood' } } }),
    good('charter.amend', 'a witness by key', { witnesses: { out: { vkey: outside.vkey } } }),
    bad('charter.amend', 'a zone that is none', { calendar: { ...calendar, zone: 'Ash_Wood' } }),
    good('charter.amend', 'a zone', { calendar: { ...calendar, zone: 'America/Argentina/Ushuaia' } }),
    good('propose', 'any content', { action: 'treasury.payment.return', body: { any: ['thing', 1] } }),
    bad('propose', 'content that is no object', { action: 'treasury.payment.return', body: [] }),
    good('approve', 'a proposal', { proposal: DIGEST }),
    bad('approve', 'hex in place of base64url', { proposal: SHA256 }),
    good('withdraw', 'a record', { key: KEY }),
    bad('withdraw', 'no key of state', { key: 'treasury/payment' }),
    good('correct', 'new values', { key: KEY, reason: 'typing-error', change: { execute: '2026-05-01' } }),
    bad('correct', 'a reason in words', { key: KEY, reason: 'because', change: {} }),
    bad('correct', 'a member that the kernel stamps', { key: KEY, reason: 'typing-error', change: { rev: 1 } }),
    bad('correct', 'a standing', { key: KEY, reason: 'typing-error', change: { standing: 'annulled' } }),
    good('annul', 'with what rests on it', { key: KEY, reason: 'not-valid', dependents: ['treasury/payable/a.1'] }),
    bad('annul', 'the same dependent twice', { key: KEY, reason: 'not-valid', dependents: [KEY, KEY] }),
    good('order.execute', 'a value set', order),
    good('order.execute', 'without new values', { key: KEY, verb: 'suspend', case: '7', document: SHA256 }),
    bad('order.execute', 'a verb that is none', { ...order, verb: 'delete' }),
    bad('order.execute', 'a case in words', { ...order, case: 'Smith v. town' }),
    bad('order.execute', 'a case without a number', { ...order, case: 'SMITH-WOOD' }),
    bad('order.execute', 'a stamp as value', { ...order, change: { order: 'X' } }),
    good('text.withdraw', 'on a ground', { digest: DIGEST, ground: 'personal-data', case: 'T-1' }),
    bad('text.withdraw', 'without a ground', { digest: DIGEST, case: 'T-1' }),
    good('document.attach', 'with what a validation found', document),
    good('document.attach', 'that nobody validated', { key: KEY, document: SHA256 }),
    bad('document.attach', 'whole, not by digest', { ...document, document: 'JVBERi0xLjcK' }),
    bad('document.attach', 'with a validation without a report', { ...document, validation: { ...validation, report: undefined } }),
    bad('document.attach', 'found by a person', { ...document, validation: { ...validation, validatedBy: 'Ash Wood' } }),
    bad('document.attach', 'with a finding in words', { ...document, validation: { ...validation, indication: 'looks fine' } }),
    bad('document.attach', 'with its name', { ...document, name: 'contract.pdf' }),
    good('officer.appoint', 'with two keys', appointment),
    bad('officer.appoint', 'with one key', { ...appointment, keys: [first] }),
    bad('officer.appoint', 'by name', { ...appointment, officer: 'Ash Wood' }),
    bad('officer.appoint', 'a role without end', { ...appointment, roles: [{ role: 'clerk', office: 'hall' }] }),
    good('officer.leave', 'with a successor', { officer: 'ash', successor: 'birch' }),
    bad('officer.leave', 'with a reason in words', { officer: 'ash', reason: 'tired' }),
    good('officer.dismiss', 'without a successor', { officer: 'ash' }),
    bad('officer.dismiss', 'nobody', {}),
    good('role.grant', 'until a date', { officer: 'ash', ...role, from: 1_800_000_000_000 }),
    bad('role.grant', 'until a fraction', { officer: 'ash', ...role, until: 0.5 }),
    good('role.end', 'at once', { officer: 'ash', role: 'clerk', office: 'hall' }),
    bad('role.end', 'without its office', { officer: 'ash', role: 'clerk' }),
    good('service.appoint', 'with one key', { service: 'meter', answers: 'ash', keys: [first], roles: [role] }),
    bad('service.appoint', 'nobody answers', { service: 'meter', keys: [first], roles: [role] }),
    good('key.add', 'a passkey', { key: passkey }),
    bad('key.add', 'with its private part', { key: { kind: 'es256', jwk: { ...first.jwk, d: 'A'.repeat(43) } } }),
    good('key.revoke', 'a stolen key', { kid: DIGEST, reason: 'stolen' }),
    bad('key.revoke', 'without a reason', { kid: DIGEST }),
    good('mandate.give', 'a deputy', mandate),
    bad('mandate.give', 'an action by a name', { ...mandate, actions: ['Ash Wood'] }),
    bad('mandate.give', 'an action twice', { ...mandate, actions: ['treasury.allot', 'treasury.allot'] }),
    good('mandate.end', 'one', { mandate: MANDATE }),
    bad('mandate.end', 'an id that is none', { mandate: 'mine' }),
    good('recovery.open', 'two new keys', { officer: 'ash', keys: [first, second] }),
    bad('recovery.open', 'one new key', { officer: 'ash', keys: [first] }),
    good('recovery.veto', 'one’s own', { officer: 'ash' }),
    bad('recovery.veto', 'with more', { officer: 'ash', keys: [] }),
    good('readmit', 'old bytes and receipt', { transaction: 'YQ.Yg.Yw', receipt: proof() }),
    good('readmit', 'a receipt without extra data', { transaction: 'YQ.Yg.Yw', receipt: proof({ extra: '' }) }),
    good('readmit', 'the first leaf of a log with one', { transaction: 'YQ.Yg.Yw', receipt: proof({ index: '0', hashes: '' }) }),
    bad('readmit', 'with disclosures attached', { transaction: 'YQ.Yg.Yw~ZA~', receipt: proof() }),
    bad('readmit', 'a receipt in words', { transaction: 'YQ.Yg.Yw', receipt: 'lost, ask the clerk' }),
    bad('readmit', 'a header alone', { transaction: 'YQ.Yg.Yw', receipt: 'c2sp.org/tlog-proof@v1\n' }),
    bad('readmit', 'words before the proof', { transaction: 'YQ.Yg.Yw', receipt: `Ash Wood\n${proof()}` }),
    bad('readmit', 'words after the signatures', { transaction: 'YQ.Yg.Yw', receipt: `${proof()}Ash Wood\n` }),
    bad('readmit', 'extra data that are no base64', { transaction: 'YQ.Yg.Yw', receipt: proof({ extra: 'extra Ash Wood\n' }) }),
    bad('readmit', 'a path of words', { transaction: 'YQ.Yg.Yw', receipt: proof({ hashes: 'Ash Wood\n' }) }),
    bad('readmit', 'an index in words', { transaction: 'YQ.Yg.Yw', receipt: proof({ index: 'seven' }) }),
    bad('readmit', 'an origin in words', { transaction: 'YQ.Yg.Yw', receipt: proof({ origin: 'Ash Wood' }) }),
    bad('readmit', 'an extension line in the checkpoint', {
      transaction: 'YQ.Yg.Yw',
      receipt: proof({ origin: `${old.name}\n40\n${root.toString('base64')}\nAsh Wood` }),
    }),
    bad('readmit', 'a signature by a name', { transaction: 'YQ.Yg.Yw', receipt: `${proof()}\u2014 Zoë-Ash ${'A'.repeat(91)}=\n` }),
    bad('readmit', 'a signature of words', { transaction: 'YQ.Yg.Yw', receipt: `${proof()}\u2014 w.example Ash-Wood\n` }),
    bad('readmit', 'no signature', { transaction: 'YQ.Yg.Yw', receipt: proof({ signatures: '' }) }),
  ],
};
