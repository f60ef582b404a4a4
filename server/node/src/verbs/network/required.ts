/** Options that a step cannot do without. */
import { NodeFault } from '../../node-fault.ts';
import { textOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';

export function required(call: VerbCall, name: string, form?: RegExp): string {
  const text = textOf(call, name);
  if (text === undefined) throw new NodeFault('usage', `--${name} is missing`, { next: 'network --help' });
  if (form !== undefined && !form.test(text)) throw new NodeFault('usage', `--${name} cannot be ${text}`, { next: 'network --help' });
  return text;
}

/** A whole number, if it is given. */
export function numberGiven(call: VerbCall, name: string, min: number, max: number): number | undefined {
  const text = textOf(call, name);
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new NodeFault('usage', `--${name} is a whole number from ${min} to ${max}, not ${text}`);
  return value;
}
