/** A record's timeline says what is new, says what changed back, and never leaves out an amount. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LifeEvent, Told } from '../data/stories.ts';
import { newsOf } from './record-news.ts';

const step = (...told: readonly Told[]): LifeEvent => ({ type: 't', title: 't', told, height: 2, time: 0, right: '', signers: [] });
const day = (value: string): Told => ({ label: 'Due', as: 'day', value });
const money: Told = { label: 'Amount', as: 'money', value: '100', currency: 'EUR' };

test('what was said before is not said again until it changes; amounts always are', () => {
  const steps = [step(day('2026-01-01'), money), step(day('2026-01-01'), money), step(day('2026-02-01')), step(day('2026-01-01'))];
  assert.deepEqual(
    newsOf(steps).map(({ told }) => told.map(({ value }) => value)),
    [['2026-01-01', '100'], ['100'], ['2026-02-01'], ['2026-01-01']],
  );
});
