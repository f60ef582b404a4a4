/** A record's timeline says what is new, says what changed back, and never leaves out an amount. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LifeEvent, Told } from '../data/stories.ts';
import { newsOf } from './record-news.ts';

const step = (...told: readonly Told[]): LifeEvent => ({
  type: 'treasury.payment.made',
  title: 't',
  told,
  height: 2,
  time: 0,
  right: '',
  signers: [],
});
const day = (value: string): Told => ({ label: 'Due', as: 'day', value });
const money: Told = { label: 'Amount', as: 'money', value: '100', currency: 'EUR' };

test('what was said before is not said again until it changes; amounts always are', () => {
  const steps = [step(day('2026-01-01'), money), step(day('2026-01-01'), money), step(day('2026-02-01')), step(day('2026-01-01'))];
  assert.deepEqual(
    newsOf(steps).map(({ told }) => told.map(({ value }) => value)),
    [['2026-01-01', '100'], ['100'], ['2026-02-01'], ['2026-01-01']],
  );
});

test('of a record that was corrected, only what is another than before is said, beside what it was, and the reason with it', () => {
  const reason: Told = { label: 'Reason', as: 'code', value: 'typing-error' };
  const nothing: Told = { label: 'Certified', as: 'money', value: '0', currency: 'EUR' };
  const news = newsOf([
    { ...step(day('2026-01-01'), money), entry: 5 },
    { ...step(reason), type: 'kernel.record.corrected', entry: 9 },
    { ...step(day('2026-01-02'), money, nothing), type: 'treasury.record.corrected', entry: 9 },
  ]);
  assert.equal(news.length, 2);
  assert.deepEqual(news[1]?.told, [reason, { ...day('2026-01-02'), before: day('2026-01-01') }]);
});
