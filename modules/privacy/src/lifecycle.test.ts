/** What becomes of cases, grants, holds and requests, told as stories on real calendar days. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { View } from '@tabularium/kernel';
import type { TestLedger } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import { privacy } from './module.ts';
import { type CaseRecord, caseKey, type ErasureRecord, type WithholdingRecord } from './state.ts';
import {
  attestBody,
  CASE,
  COUNTY_VAULT,
  codeOf,
  grantBody,
  granted,
  INES,
  JUDGE,
  ROSA,
  recordOf,
  requested,
  TWO,
  town,
  VAULT,
  withholdBody,
} from './stories.ts';

const refusal = (erasure: string): JsonObject => ({ erasure, decision: 'refused', ground: 'archive' });
const erasureOf = (ledger: TestLedger, id: string): ErasureRecord => ledger.record<ErasureRecord>('erasure', id);
const caseOf = (ledger: TestLedger, handle = CASE): CaseRecord => ledger.record<CaseRecord>('case', handle);
const typesOf = (ledger: TestLedger): string[] => ledger.events.map(({ type }) => type);
const ask = (ledger: TestLedger, handle = CASE) => privacy.offers!.cases!.questions!.standing!({ case: handle }, ledger.view);
const NOTHING = { restricted: false, objected: false, held: false, erased: false };

describe('erasure', () => {
  test('is asked for, granted, attested by each holder, and complete; the last day counts', () => {
    const ledger = town();
    const erasure = requested(ledger);
    assert.equal(erasureOf(ledger, erasure).known, false, 'the ledger had not heard of the case, and says so');
    ledger.do('erasure.decide', granted(erasure, 'town', 'county'), TWO);
    assert.deepEqual([caseOf(ledger).erased, caseOf(ledger).holders], [true, ['county', 'town']]);
    ledger.do('erasure.attest', attestBody(erasure, '2026-05-01'), VAULT);
    assert.equal(erasureOf(ledger, erasure).state, 'granted');
    ledger.do('erasure.attest', attestBody(erasure, '2026-04-10'), COUNTY_VAULT);
    const { state, unreadableFrom, attested } = erasureOf(ledger, erasure);
    assert.deepEqual([state, unreadableFrom, attested.map(({ agency }) => agency)], ['complete', '2026-05-01', ['town', 'county']]);
  });

  test('of a case that the ledger has heard of says that too', () => {
    const ledger = town();
    ledger.do('restriction.place', { case: CASE, ground: 'unlawful' }, INES);
    assert.equal(erasureOf(ledger, requested(ledger)).known, true);
  });

  test('by the agencies that the charter names, where the decision names none', () => {
    const ledger = town({ holders: ['town', 'town', 'county'] });
    const erasure = requested(ledger);
    ledger.do('erasure.decide', { erasure, decision: 'granted' }, TWO);
    assert.deepEqual(erasureOf(ledger, erasure).holders, ['county', 'town']);
    for (const holders of ['town', [7], [], { town: 1 }] as const) {
      const other = town({ holders: holders as never });
      const open = requested(other);
      assert.equal(codeOf(other.submit('erasure.decide', { erasure: open, decision: 'granted' }, TWO)), 'privacy.decision-unclear');
    }
  });

  test('ends grants, and lists whom it cannot reach: by the case and by its register, ended ones too', () => {
    const ledger = town();
    const grant = ledger.do('grant.give', grantBody(), TWO).id();
    ledger.on('2026-03-04');
    const past = ledger.do('grant.give', grantBody({ case: undefined as never, register: 'BIRTHS', agency: 'court' }), TWO).id();
    ledger.do('grant.end', { grant: past }, ROSA);
    const erasure = ledger.do('erasure.request', { case: CASE, register: 'BIRTHS', ground: 'unlawful' }, INES).id();
    ledger.do('erasure.decide', granted(erasure, 'town'), TWO);
    assert.equal(recordOf(ledger, 'grant', grant)?.state, 'ended');
    assert.deepEqual(
      erasureOf(ledger, erasure).exports?.map(({ agency, since }) => [agency, new Date(since).toISOString().slice(0, 10)]),
      [
        ['county', '2026-03-02'],
        ['court', '2026-03-04'],
      ],
    );
    assert.equal(
      typesOf(ledger.on('2027-02-01')).filter((type) => type === 'grant.ended').length,
      2,
      'no deadline fires for an ended grant',
    );
  });

  test('waits for a legal hold to be released, or to end by its day', () => {
    const ledger = town();
    const erasure = requested(ledger);
    const hold = ledger.do('hold.place', { case: CASE, basis: 'ORDER-7-2026' }, JUDGE).id();
    ledger.do('hold.place', { case: CASE, basis: 'ORDER-8-2026', until: '2026-03-10' }, JUDGE);
    const decide = () => codeOf(ledger.submit('erasure.decide', granted(erasure, 'town'), TWO));
    assert.equal(decide(), 'privacy.case-held');
    ledger.do('hold.release', { hold }, JUDGE);
    assert.equal(decide(), 'privacy.case-held');
    ledger.on('2026-03-10');
    assert.equal(decide(), 'privacy.case-held', 'its last day is a day of the hold');
    ledger.on('2026-03-11');
    assert.equal(decide(), 'accepted');
  });

  test('refused, it can be asked for again, and a court reopens it', () => {
    const ledger = town();
    const first = requested(ledger);
    ledger.do('erasure.decide', refusal(first), TWO);
    assert.equal(caseOf(ledger).erasure, undefined);
    ledger.on('2026-03-20').standing('reopen', 'erasure', first, {}, JUDGE);
    const { state, refusal: why, clock } = erasureOf(ledger, first);
    assert.deepEqual([state, why, clock.answerBy], ['requested', undefined, '2026-04-02'], 'the time goes on');
    ledger.do('erasure.decide', granted(first, 'town'), TWO);
    assert.equal(caseOf(ledger).erased, true);
  });
});

describe('the time by law', () => {
  const clockOf = (asked: string) => {
    const ledger = town().on(asked);
    return erasureOf(ledger, requested(ledger)).clock.answerBy;
  };

  test('is a month: the same day, the last of a shorter month, the next open one', () => {
    assert.equal(clockOf('2026-03-02'), '2026-04-02');
    assert.equal(clockOf('2026-08-31'), '2026-09-30');
    assert.equal(clockOf('2027-01-29'), '2027-03-01', '28 February is a Sunday');
    assert.equal(clockOf('2026-12-31'), '2027-02-01', '31 January is a Sunday');
  });

  test('or three, counted from the request', () => {
    const ledger = town();
    const erasure = requested(ledger);
    ledger.on('2026-04-02').do('erasure.extend', { erasure, reason: 'complex' }, INES);
    assert.deepEqual([erasureOf(ledger, erasure).clock.answerBy, erasureOf(ledger, erasure).clock.extended], ['2026-06-02', 'complex']);
    ledger.on('2026-06-02');
    assert.ok(!typesOf(ledger).includes('erasure.overdue'));
    ledger.on('2026-06-03');
    assert.equal(erasureOf(ledger, erasure).clock.overdue, true);
    ledger.do('erasure.decide', granted(erasure, 'town'), TWO);
    assert.equal(erasureOf(ledger, erasure).clock.overdue, true, 'late is late, also once it is decided');
  });

  test('does not begin anew when a request is taken back and made again, however often', () => {
    const ledger = town();
    let erasure = requested(ledger);
    for (const day of ['2026-03-15', '2026-03-30', '2026-04-02']) {
      ledger.on(day).standing('withdraw', 'erasure', erasure, {}, INES);
      assert.equal(caseOf(ledger).erasure, undefined);
      erasure = requested(ledger);
      assert.deepEqual([erasureOf(ledger, erasure).clock.asked, erasureOf(ledger, erasure).clock.answerBy], ['2026-03-02', '2026-04-02']);
    }
    ledger.standing('withdraw', 'erasure', erasure, {}, INES);
    ledger.on('2026-04-20');
    assert.ok(!typesOf(ledger).includes('erasure.overdue'), 'nobody waits for an answer');
    erasure = requested(ledger);
    assert.equal(erasureOf(ledger, erasure).clock.overdue, true, 'and it is overdue from the first moment');
    const late = codeOf(ledger.submit('erasure.extend', { erasure, reason: 'complex' }, INES));
    assert.equal(late, 'privacy.term-over');
  });

  test('begins anew with a request after one that was answered', () => {
    const ledger = town();
    ledger.do('erasure.decide', refusal(requested(ledger)), TWO);
    ledger.on('2026-07-01');
    assert.equal(erasureOf(ledger, requested(ledger)).clock.answerBy, '2026-08-03', '1 August is a Saturday');
  });
});

describe('retention', () => {
  const SET = { case: CASE, class: 'ONE-YEAR', due: '2026-05-10' };

  test('begins an erasure on its day that awaits its decision; a later day replaces it', () => {
    const ledger = town();
    ledger.do('retention.set', { ...SET, due: '2026-04-10' }, ROSA);
    ledger.do('retention.set', SET, ROSA);
    ledger.on('2026-05-10');
    assert.ok(!typesOf(ledger).includes('erasure.requested'));
    ledger.on('2026-05-11');
    const { erasure, erased } = caseOf(ledger);
    assert.deepEqual([erasureOf(ledger, erasure!).source, erasureOf(ledger, erasure!).ground, erased], ['retention', 'not-needed', false]);
    assert.equal(ledger.standing('withdraw', 'erasure', erasure!, {}, ROSA).refused?.code, 'privacy.not-own-act');
    ledger.do('erasure.decide', granted(erasure!, 'town'), TWO);
    assert.equal(caseOf(ledger).erased, true);
  });

  test('is not evaded by a request that stands on that day and is taken back', () => {
    const ledger = town();
    ledger.do('retention.set', SET, ROSA);
    ledger.on('2026-05-09');
    const request = requested(ledger);
    ledger.on('2026-05-12').standing('withdraw', 'erasure', request, {}, INES);
    const { erasure } = caseOf(ledger);
    assert.equal(erasureOf(ledger, erasure!).source, 'retention');
  });

  test('of a case that was erased before fires nothing', () => {
    const ledger = town();
    ledger.do('retention.set', SET, ROSA);
    ledger.do('erasure.decide', granted(requested(ledger), 'town'), TWO);
    const before = ledger.events.length;
    assert.equal(ledger.on('2026-06-01').events.length, before);
  });
});

describe('who looked', () => {
  const anchor = (size: number, root: string): JsonObject => ({ size, root: root.repeat(64) });

  test('each agency anchors one log of its own, which grows or stays', () => {
    const ledger = town();
    ledger.do('access.anchor', anchor(0, 'e'), VAULT);
    ledger.do('access.anchor', anchor(10, 'a'), VAULT);
    ledger.do('access.anchor', anchor(10, 'a'), VAULT);
    ledger.do('access.anchor', anchor(3, 'b'), COUNTY_VAULT);
    assert.equal(recordOf(ledger, 'anchor', 'town')?.size, 10);
    assert.equal(recordOf(ledger, 'anchor', 'county')?.size, 3);
  });

  test('what is withheld is shown by itself after its last day', () => {
    const ledger = town();
    const withholding = ledger.do('access.withhold', withholdBody('2026-06-30'), `${ROSA} ${JUDGE}`).id();
    const { from, state } = ledger.record<WithholdingRecord>('withholding', withholding);
    assert.deepEqual(
      [new Date(from).toISOString(), state, caseOf(ledger).withholding],
      ['2026-03-02T12:00:00.000Z', 'withheld', withholding],
    );
    ledger.on('2026-06-01').do('access.withhold', withholdBody('2026-07-31'), `${ROSA} ${JUDGE}`);
    assert.equal(recordOf(ledger.on('2026-07-31'), 'withholding', withholding)?.state, 'withheld');
    assert.equal(recordOf(ledger.on('2026-08-01'), 'withholding', withholding)?.state, 'shown');
    assert.equal(caseOf(ledger).withholding, undefined);
    assert.deepEqual(typesOf(ledger), ['access.withheld', 'access.withheld', 'access.shown']);
    const later = ledger.do('access.withhold', withholdBody('2026-08-31'), `${ROSA} ${JUDGE}`).id();
    assert.equal(ledger.record<WithholdingRecord>('withholding', later).from, Date.UTC(2026, 7, 1, 12), 'it hides nothing from before');
  });

  test('a court ends a withholding before', () => {
    const ledger = town();
    const withholding = ledger.do('access.withhold', withholdBody('2026-06-30'), `${ROSA} ${JUDGE}`).id();
    ledger.standing('annul', 'withholding', withholding, {}, JUDGE);
    assert.equal(recordOf(ledger, 'withholding', withholding)?.state, 'shown');
    assert.equal(typesOf(ledger.on('2026-08-01')).filter((type) => type === 'access.shown').length, 1);
  });

  test('the terms are the charter’s', () => {
    const ledger = town({ 'withhold-days': 10, 'grant-days': 5, 'withhold-most-days': 'long' });
    const code = (action: string, body: JsonObject, by: string) => codeOf(ledger.submit(action, body, by));
    assert.equal(code('access.withhold', withholdBody('2026-03-13'), `${ROSA} ${JUDGE}`), 'privacy.term-too-long');
    assert.equal(code('access.withhold', withholdBody('2026-03-12'), `${ROSA} ${JUDGE}`), 'accepted');
    assert.equal(code('grant.give', grantBody({ until: '2026-03-08' }), TWO), 'privacy.term-too-long');
    assert.equal(code('grant.give', grantBody({ until: '2026-03-07' }), TWO), 'accepted');
  });

  test('a charter without purposes lets nobody be given anything', () => {
    for (const purposes of [undefined, null, 'care', ['care'], {}] as const) {
      const ledger = town({ purposes: purposes as never });
      assert.equal(codeOf(ledger.submit('grant.give', grantBody(), TWO)), 'privacy.unknown-purpose');
    }
  });
});

describe('grants and holds', () => {
  test('a grant ends by itself after its last day, or is annulled', () => {
    const ledger = town();
    const grant = ledger.do('grant.give', grantBody({ until: '2026-03-10' }), TWO).id();
    const other = ledger.do('grant.give', grantBody({ until: '2026-03-10' }), TWO).id();
    ledger.standing('annul', 'grant', other, {}, JUDGE);
    assert.deepEqual(caseOf(ledger).recipients[0]?.grants, [grant]);
    assert.equal(recordOf(ledger.on('2026-03-10'), 'grant', grant)?.state, 'given');
    assert.equal(recordOf(ledger.on('2026-03-11'), 'grant', grant)?.state, 'ended');
    assert.deepEqual(
      caseOf(ledger).recipients.map(({ agency, grants }) => [agency, grants]),
      [['county', []]],
      'that it was given data stays known',
    );
  });

  test('a hold is annulled', () => {
    const ledger = town();
    const hold = ledger.do('hold.place', { case: CASE, basis: 'ORDER-7-2026', until: '2026-05-01' }, JUDGE).id();
    ledger.standing('annul', 'hold', hold, {}, JUDGE);
    assert.deepEqual(caseOf(ledger).holds, []);
    assert.equal(typesOf(ledger.on('2026-06-01')).filter((type) => type === 'hold.ended').length, 1);
  });
});

describe('what neighbours ask', () => {
  test('how a case stands', () => {
    const ledger = town();
    assert.deepEqual(ask(ledger), NOTHING, 'of a case that nobody has spoken of, nothing');
    ledger.do('restriction.place', { case: CASE, ground: 'unlawful' }, INES);
    assert.deepEqual(ask(ledger), { ...NOTHING, restricted: true });
    ledger.do('restriction.lift', { case: CASE }, ROSA);
    const objection = ledger.do('objection.enter', { case: CASE }, INES).id();
    assert.deepEqual(ask(ledger), { ...NOTHING, objected: true });
    ledger.do('objection.decide', { objection, decision: 'refused', ground: 'legal-claims' }, ROSA);
    assert.deepEqual(ask(ledger), NOTHING);
    const again = ledger.do('objection.enter', { case: CASE }, INES).id();
    ledger.do('objection.decide', { objection: again, decision: 'upheld' }, ROSA);
    const hold = ledger.do('hold.place', { case: CASE, basis: 'ORDER-7-2026' }, JUDGE).id();
    assert.deepEqual(ask(ledger), { ...NOTHING, objected: true, held: true });
    ledger.do('hold.release', { hold }, JUDGE);
    ledger.do('erasure.decide', granted(requested(ledger), 'town'), TWO);
    assert.deepEqual(ask(ledger), { ...NOTHING, objected: true, erased: true });
    assert.equal(caseKey(CASE), `privacy/case/${CASE}`);
  });

  test('of the handle of a case only', () => {
    const question = privacy.offers!.cases!.questions!.standing!;
    const view: View = town().view;
    for (const wrong of [{}, { case: 7 }, { case: 'Jana Novak' }, { case: `${CASE}0` }])
      assert.throws(() => question(wrong as JsonObject, view), RangeError);
  });
});
