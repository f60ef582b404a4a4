/** The staff file: which sign-in service an office has, and who of those it vouches for is who here. It holds a secret and people's names there. */
import type { Person } from './session-book.ts';

export interface StaffSettings {
  /** Of the OpenID provider. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** By which claim of the ID token people are known; `sub` unless the file says otherwise. */
  readonly claim: string;
  /** Value of that claim → who that is here. */
  readonly people: ReadonlyMap<string, Person>;
  /** What a program brings that reads how the node is (RFC 6750); without it, none may. */
  readonly watchSecret?: string;
}

export class StaffFileFault extends Error {
  override readonly name = 'StaffFileFault';
}

const MEMBERS = ['issuer', 'clientId', 'clientSecret', 'claim', 'people', 'watchSecret'];
/** A secret that nobody guesses: 32 characters are 128 bits where they are hex. */
const SECRET = /^[A-Za-z0-9._~+/-]{32,256}=*$/;
const CODE = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

/** Reads the file's text (docs/operate/staff.md). Throws `StaffFileFault`, which repeats nothing that stands in it. */
export function readStaffSettings(text: string): StaffSettings {
  const file = objectOf(parsed(text), 'the file');
  const strange = Object.keys(file).find((member) => !MEMBERS.includes(member));
  if (strange !== undefined) throw new StaffFileFault(`the file has members besides ${MEMBERS.join(', ')}`);
  return {
    issuer: issuerOf(textOf(file, 'issuer')),
    clientId: textOf(file, 'clientId'),
    clientSecret: textOf(file, 'clientSecret'),
    claim: file.claim === undefined ? 'sub' : textOf(file, 'claim'),
    people: new Map(Object.entries(objectOf(file.people, 'people')).map(([value, person]) => [value, personOf(person)])),
    ...(file.watchSecret === undefined ? {} : { watchSecret: secretOf(file.watchSecret) }),
  };
}

function secretOf(value: unknown): string {
  if (typeof value !== 'string' || !SECRET.test(value)) throw new StaffFileFault('watchSecret is not 32 or more letters and digits');
  return value;
}

/** TLS, but for a provider that is tried out on this very machine. */
function issuerOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && !isLoopback(url))) throw new StaffFileFault('issuer is no https address');
  return url;
}

export function isLoopback({ hostname }: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function personOf(value: unknown): Person {
  const { officer, operator = false, ...rest } = objectOf(value, 'each of people');
  const isCode = officer === undefined || (typeof officer === 'string' && CODE.test(officer));
  if (!isCode || typeof operator !== 'boolean' || Object.keys(rest).length > 0)
    throw new StaffFileFault('each of people is {"officer": code, "operator": true or false}');
  return { ...(officer === undefined ? {} : { officer: officer as string }), isOperator: operator };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StaffFileFault('the file is no JSON');
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new StaffFileFault(`${what} is no JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

function textOf(file: Readonly<Record<string, unknown>>, member: string): string {
  const value = file[member];
  if (typeof value !== 'string' || value === '') throw new StaffFileFault(`${member} is missing`);
  return value;
}
