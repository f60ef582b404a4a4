/** Settings that several commands share, by option or by environment (docs/operate/settings.md); an option goes first. */
import { resolve } from 'node:path';
import type { WitnessAddress } from '@tabularium/witness';
import { NodeFault } from '../node-fault.ts';
import type { VerbCall } from './verb.ts';

export const DEFAULT_PORT = 8080;
const DEFAULT_DATA = 'data/ledger';

export const dataOption = { data: { type: 'string' } } as const;
export const witnessOption = { witness: { type: 'string', multiple: true } } as const;
export const webhookAllowOption = { 'webhook-allow': { type: 'string', multiple: true } } as const;
export const databaseOption = { 'database-url': { type: 'string' } } as const;

/** The one text given for an option, if any. */
export function textOf({ values }: VerbCall, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** All texts given for an option that may stand several times. */
export function textsOf({ values }: VerbCall, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** `--data`, the first word after the verb where the verb allows one, TABULARIUM_DATA, or `data/ledger`. */
export function dataOf(call: VerbCall, word?: string): string {
  return resolve(textOf(call, 'data') ?? word ?? textIn(call.env, 'TABULARIUM_DATA') ?? DEFAULT_DATA);
}

export function databaseOf(call: VerbCall): { readonly databaseUrl?: string } {
  const databaseUrl = textOf(call, 'database-url') ?? textIn(call.env, 'DATABASE_URL');
  return databaseUrl === undefined ? {} : { databaseUrl };
}

/** A whole number within bounds, from an option or the environment. Throws `NodeFault` `usage`. */
export function numberOf(call: VerbCall, name: string, variable: string, min: number, max: number): number | undefined {
  const text = textOf(call, name) ?? textIn(call.env, variable);
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new NodeFault('usage', `--${name} (${variable}) is a whole number from ${min} to ${max}, not ${text}`);
  return value;
}

/** `--witness VKEY=URL` and TABULARIUM_WITNESSES (the same, separated by commas). */
export function witnessesOf(call: VerbCall): readonly WitnessAddress[] {
  const listed = (textIn(call.env, 'TABULARIUM_WITNESSES') ?? '').split(',').filter((one) => one !== '');
  return [...listed, ...textsOf(call, 'witness')].map((text) => {
    const match = /^(.+)=(https?:\/\/.+)$/.exec(text);
    if (match === null) throw new NodeFault('usage', `a witness is given as VKEY=URL, not ${text}`);
    return { vkey: match[1]!, url: match[2]! };
  });
}

export function textIn(env: VerbCall['env'], name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** TABULARIUM_CONTACT (an e-mail address) and TABULARIUM_LICENCE (a URI): what the pages say of the office. */
export function aboutOf({ env }: VerbCall): { readonly contact?: string; readonly licence?: string } {
  const contact = textIn(env, 'TABULARIUM_CONTACT');
  const licence = textIn(env, 'TABULARIUM_LICENCE');
  if (contact !== undefined && !/^[^\s@<>"]+@[^\s@<>"]+$/.test(contact))
    throw new NodeFault('usage', 'TABULARIUM_CONTACT is an e-mail address');
  if (licence !== undefined && !/^https?:\/\/[^\s<>"]+$/.test(licence))
    throw new NodeFault('usage', 'TABULARIUM_LICENCE is the address of a licence');
  return { ...(contact === undefined ? {} : { contact }), ...(licence === undefined ? {} : { licence }) };
}

/** `--webhook-allow HOST:PORT` and TABULARIUM_WEBHOOK_ALLOW (the same, separated by commas). */
export function webhookAllowOf(call: VerbCall): readonly string[] {
  const listed = (textIn(call.env, 'TABULARIUM_WEBHOOK_ALLOW') ?? '').split(',').filter((one) => one !== '');
  return [...listed, ...textsOf(call, 'webhook-allow')].map((text) => {
    if (!/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]{1,5}$/.test(text))
      throw new NodeFault('usage', `a receiver that may be inside is given as HOST:PORT, not ${text}`);
    return text;
  });
}
