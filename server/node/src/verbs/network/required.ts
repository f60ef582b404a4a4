/** Options that a step cannot do without. */
import { NodeFault } from '../../node-fault.ts';
import { textOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';

interface Form {
  readonly is: RegExp;
  readonly words: string;
}

export const PEER: Form = { is: /^[^/]+:[0-9]{1,5}$/, words: 'HOST:PORT' };
export const EXCHANGE: Form = { is: /^https:\/\/[^/]+:[0-9]{1,5}$/, words: 'https://HOST:PORT' };
export const EXCHANGE_TO_ASK: Form = { is: /^https:\/\//, words: "another node's exchange, https://HOST:PORT" };

export function required(call: VerbCall, name: string, form?: Form): string {
  const text = textOf(call, name);
  if (text === undefined) throw new NodeFault('usage', `--${name} is missing`, { next: 'network --help' });
  if (form !== undefined && !form.is.test(text))
    throw new NodeFault('usage', `--${name} is ${form.words}, not ${text}`, { next: 'network --help' });
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
