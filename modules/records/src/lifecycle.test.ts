/** The life of records, documents and requests, told as stories: what comes of each step, and what stays in sight. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ARCHIVIST,
  asked,
  CARA,
  CHILD,
  correctBody,
  DIGEST,
  DISPOSERS,
  declareBody,
  documentBody,
  ELSEWHERE,
  fileBody,
  IDA,
  IVO,
  KEEPER,
  newTown,
  QUESTION,
  REMO,
  RUTH,
  registered,
  SIP,
  TWIN,
  validated,
} from './stories.ts';

test('a birth is declared, validated, registered, certified; the number is the first of its office and year', () => {
  const { town } = validated();
  const { events } = town.do('birth.register', { record: CHILD }, REMO);
  assert.deepEqual(
    events.map(({ type, data }) => [type, data.number]),
    [['record.registered', 'civil.2026.1']],
  );
  const record = town.record('record', CHILD);
  assert.deepEqual(
    [record.state, record.number, record.version, record.retention, record.until],
    ['registered', 'civil.2026.1', 1, 'CIVIL-STATUS', '2136-03-02'],
  );
  assert.equal(town.record('version', `${CHILD}.1`).state, 'in-force');
  town.do('certify', { record: CHILD }, CARA);
  assert.deepEqual(town.record('certificate', 'counter.2026.c1').version, `${CHILD}.1`);
  town.do('certify', { record: CHILD }, ELSEWHERE);
  assert.equal(town.record('certificate', 'harbour.2026.c1').record, CHILD);
});

test('every type has the same life', () => {
  const { town } = newTown();
  for (const [n, type] of ['birth', 'death', 'marriage', 'name-change'].entries()) {
    const record = String(n + 4).repeat(32);
    town.do(`${type}.declare`, declareBody(record, type), CARA);
    town.do('validate', { record }, REMO);
    town.do(`${type}.register`, { record }, RUTH);
    town.do(`${type}.correct`, correctBody(record, type), CARA);
    town.do('correction.approve', { record }, REMO);
    assert.deepEqual([town.record('record', record).number, town.record('record', record).version], [`civil.2026.${n + 1}`, 2]);
  }
});

test('numbers run on within a year and begin anew with the next', () => {
  const { town } = registered();
  const register = (record: string): unknown => {
    town.do('birth.declare', declareBody(record), CARA);
    town.do('validate', { record }, REMO);
    town.do('birth.register', { record }, REMO);
    return town.record('record', record).number;
  };
  assert.equal(register('4'.repeat(32)), 'civil.2026.2');
  town.on('2027-01-04');
  assert.equal(register('5'.repeat(32)), 'civil.2027.1');
});

test('what was rejected is declared again, as a version of its own', () => {
  const { town } = validated();
  town.do('reject', { record: CHILD, reason: 'incomplete' }, REMO);
  town.do('birth.declare', declareBody(CHILD, 'birth', 'z'), CARA);
  assert.deepEqual([town.record('record', CHILD).state, town.record('record', CHILD).version], ['declared', 2]);
  assert.equal(town.record('record', CHILD).validatedBy, undefined);
  town.do('validate', { record: CHILD }, REMO);
  town.do('birth.register', { record: CHILD }, REMO);
  assert.deepEqual([town.record('version', `${CHILD}.1`).state, town.record('version', `${CHILD}.2`).state], ['superseded', 'in-force']);
});

test('a possible duplicate waits for another registrar: not one, and it is registered; one, and it never is', () => {
  const { town } = registered(TWIN);
  town.do('birth.declare', declareBody(CHILD), CARA);
  town.do('validate', { record: CHILD }, REMO);
  town.do('duplicate.flag', { record: CHILD, other: TWIN }, REMO);
  assert.equal(town.submit('birth.register', { record: CHILD }, RUTH).refused?.code, 'records.duplicate-open');
  town.do('duplicate.decide', { record: CHILD, decision: 'not-duplicate' }, RUTH);
  assert.deepEqual(town.record('record', CHILD).cleared, [TWIN]);
  town.do('birth.register', { record: CHILD }, RUTH);

  const third = '6'.repeat(32);
  town.do('birth.declare', declareBody(third), CARA);
  town.do('duplicate.flag', { record: third, other: CHILD }, 'program:registrar@civil');
  town.do('duplicate.decide', { record: third, decision: 'duplicate' }, REMO);
  assert.equal(town.record('record', third).state, 'duplicate');
  assert.equal(town.submit('birth.declare', declareBody(third), CARA).refused?.code, 'records.case-known');
});

test('an approved correction is a new version and both stay; a refused one stays as asked', () => {
  const { town } = registered();
  town.do('birth.correct', correctBody(CHILD), CARA);
  town.do('correction.approve', { record: CHILD }, REMO);
  assert.deepEqual(
    [1, 2].map((n) => town.record('version', `${CHILD}.${n}`).state),
    ['superseded', 'in-force'],
  );
  assert.equal(town.record('version', `${CHILD}.2`).evidence, DIGEST);
  town.do('certify', { record: CHILD }, REMO);
  assert.equal(town.record('certificate', 'civil.2026.c1').version, `${CHILD}.2`);
  town.do('birth.correct', correctBody(CHILD, 'birth', 'q'), CARA);
  town.do('correction.refuse', { record: CHILD, reason: 'not-proven' }, REMO);
  assert.deepEqual([town.record('record', CHILD).version, town.record('version', `${CHILD}.3`).state], [2, 'refused']);
  town.do('birth.correct', correctBody(CHILD, 'birth', 'r'), CARA);
  assert.equal(town.record('record', CHILD).asked, 4);
});

test('an archived record gives no certificate until it is brought back', () => {
  const { town } = registered();
  town.do('archive', { record: CHILD, reason: 'closed' }, REMO);
  assert.equal(town.submit('certify', { record: CHILD }, CARA).refused?.code, 'records.record-archived');
  town.do('reinstate', { record: CHILD, reason: 'mistake' }, REMO);
  town.do('certify', { record: CHILD }, CARA);
});

test('a document is superseded by another of its case', () => {
  const { town } = newTown();
  const first = town.do('document.enter', documentBody(), CARA).id();
  const second = town.do('document.enter', documentBody({ digest: 'f'.repeat(64) }), CARA).id();
  town.do('document.supersede', { document: first, successor: second }, CARA);
  assert.deepEqual([town.record('document', first).state, town.record('document', first).successor], ['superseded', second]);
});

test('a document is disposed of by two, when its time is over, nothing holds it, and the archive has what belongs to it', () => {
  const { town, cases } = registered();
  const letter = town.do('document.enter', documentBody(), CARA).id();
  const file = town.do('document.enter', documentBody({ retention: 'CASE-FILE' }), CARA).id();
  const dispose = (...documents: string[]) => town.submit('document.dispose', { documents }, DISPOSERS).refused?.code;
  assert.equal(dispose(letter), 'records.not-due');
  town.on('2031-03-02');
  assert.equal(town.record('document', letter).over, true);
  cases.set(CHILD, { held: true });
  assert.equal(dispose(letter), 'records.record-held');
  cases.clear();
  assert.equal(dispose(letter, file), 'records.not-due');
  assert.equal(dispose(letter), undefined);
  town.on('2036-03-03');
  assert.equal(dispose(file), 'records.not-transferred');
  const transfer = town.do('transfer.prepare', { sip: SIP, documents: [file], records: [CHILD] }, ARCHIVIST).id();
  assert.equal(dispose(file), 'records.not-transferred');
  town.do('transfer.confirm', { transfer, sip: SIP }, KEEPER);
  assert.deepEqual([town.record('document', file).transferredOn, town.record('record', CHILD).transferredOn], ['2036-03-03', '2036-03-03']);
  assert.equal(dispose(file), undefined);
  assert.deepEqual([town.record('document', letter).state, town.record('document', file).state], ['disposed', 'disposed']);
});

test('the charter says the classes of retention; a class without years is kept for ever', () => {
  const { town } = newTown({ retention: { SHORT: { years: 1, archive: false }, EVER: { archive: false } } });
  const short = town.do('document.enter', documentBody({ retention: 'SHORT' }), CARA).id();
  const ever = town.do('document.enter', documentBody({ retention: 'EVER' }), CARA).id();
  assert.equal(town.submit('document.enter', documentBody(), CARA).refused?.code, 'records.unknown-retention');
  assert.deepEqual([town.record('document', short).until, town.record('document', ever).until], ['2027-03-02', undefined]);
});

test('a request has a number and a day; unanswered, it is overdue in the open, for ever', () => {
  const { town } = asked();
  const request = () => town.record('request', QUESTION);
  // Twenty business days from Monday 2 March.
  assert.deepEqual([request().number, request().due], ['hall.2026.q1', '2026-03-30']);
  town.on('2026-03-30');
  assert.equal(request().state, 'waiting');
  town.on('2026-03-31');
  assert.deepEqual([request().state, request().overdueOn], ['overdue', '2026-03-31']);
  town.do('request.answer', { request: QUESTION, outcome: 'full', answer: DIGEST }, IDA);
  assert.deepEqual([request().state, request().overdueOn], ['answered', '2026-03-31']);
});

test('the clock stands still once, and goes on by itself', () => {
  const { town } = asked();
  const request = () => town.record('request', QUESTION);
  town.on('2026-03-16').do('request.clarify', { request: QUESTION }, IDA);
  assert.deepEqual([request().state, request().left], ['clarification', 10]);
  town.on('2026-03-20').do('request.resume', { request: QUESTION }, IDA);
  assert.deepEqual([request().state, request().due], ['waiting', '2026-04-03']);
  assert.equal(town.submit('request.clarify', { request: QUESTION }, IDA).refused?.code, 'records.once-only');

  const { town: other } = asked();
  other.on('2026-03-16').do('request.clarify', { request: QUESTION }, IDA);
  other.on('2026-04-13');
  assert.equal(other.record('request', QUESTION).state, 'clarification');
  other.on('2026-04-14');
  assert.deepEqual([other.record('request', QUESTION).state, other.record('request', QUESTION).due], ['waiting', '2026-04-27']);
});

test('closing and opening again never begins the clock anew', () => {
  const { town } = asked();
  const request = () => town.record('request', QUESTION);
  town.on('2026-03-10').do('request.withdraw', { request: QUESTION }, IDA);
  town.on('2026-03-20').do('request.reopen', { request: QUESTION, reason: 'mistake' }, IDA);
  assert.deepEqual([request().state, request().due], ['waiting', '2026-03-30']);
  town.do('request.answer', { request: QUESTION, outcome: 'not-held', answer: DIGEST }, IDA);
  town.on('2026-04-20').do('request.reopen', { request: QUESTION, reason: 'person-came-back' }, IDA);
  assert.deepEqual([request().state, request().due, request().overdueOn], ['overdue', '2026-03-30', '2026-04-20']);
  assert.equal(town.submit('request.file', fileBody(), IDA).refused?.code, 'records.case-known');
});

test('an answer is reviewed once, by somebody else, with a time of its own', () => {
  const { town } = asked();
  town.do('request.extend', { request: QUESTION, reason: 'volume' }, IDA);
  assert.equal(town.record('request', QUESTION).due, '2026-04-13');
  town.do('request.answer', { request: QUESTION, outcome: 'partly', ground: 'private-life', answer: DIGEST }, IDA);
  town.on('2026-04-20').do('request.review', { request: QUESTION }, CARA);
  assert.deepEqual([town.record('request', QUESTION).state, town.record('request', QUESTION).due], ['review', '2026-05-18']);
  const answer = { request: QUESTION, outcome: 'full', answer: DIGEST };
  assert.equal(town.submit('request.answer', answer, IDA).refused?.code, 'records.same-person');
  town.do('request.answer', answer, IVO);
  assert.equal(town.record('request', QUESTION).ground, undefined);
  assert.equal(town.submit('request.review', { request: QUESTION }, CARA).refused?.code, 'records.once-only');
});

test('what is answered is kept for its time, which a review takes back', () => {
  const { town } = asked();
  town.do('request.answer', { request: QUESTION, outcome: 'full', answer: DIGEST }, IDA);
  assert.equal(town.record('request', QUESTION).until, '2031-03-02');
  town.on('2031-03-03');
  assert.equal(town.record('request', QUESTION).over, true);
});

test('a handle of an erased case takes nothing any more; a restricted one is put right and no more', () => {
  const { town, cases } = registered();
  cases.set(CHILD, { restricted: true });
  assert.equal(town.submit('certify', { record: CHILD }, CARA).refused?.code, 'records.record-restricted');
  town.do('birth.correct', correctBody(CHILD), CARA);
  town.do('correction.approve', { record: CHILD }, REMO);
  cases.set(CHILD, { erased: true });
  for (const [action, body] of [
    ['certify', { record: CHILD }],
    ['birth.correct', correctBody(CHILD)],
    ['archive', { record: CHILD, reason: 'closed' }],
    ['document.enter', documentBody()],
  ] as const) {
    assert.equal(town.submit(action, body, REMO).refused?.code, 'records.record-erased', action);
  }
});
