/** What an operator says of a receiver, checked before anything is kept. */
import { isTypePattern } from '@tabularium/feed';

export interface AddWebhook {
  readonly url: string;
  /** Which happenings: types, or beginnings of types before `.*`; none for all. */
  readonly types?: readonly string[];
  /** Cursor of the feed after which it begins. */
  readonly after: string;
}

/** What was named cannot be a receiver. */
export class AddressUnfit extends Error {
  override readonly name = 'AddressUnfit';
}

const URL_MAX = 2_048;
const TYPES_MAX = 50;

/** `host:port` as the exceptions for private addresses name it. */
export function placeOf(url: URL): string {
  return `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`;
}

/** The address as it is kept. `allow`: `host:port` of receivers that may be private and without TLS. Throws `AddressUnfit`. */
export function checkAddress({ url, types = [] }: AddWebhook, allow: ReadonlySet<string>): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new AddressUnfit('this is no web address');
  }
  if (url.length > URL_MAX) throw new AddressUnfit(`an address has at most ${URL_MAX} characters`);
  if (parsed.username !== '' || parsed.password !== '') throw new AddressUnfit('an address holds no name and no password');
  if (parsed.hash !== '') throw new AddressUnfit('an address has no part after #');
  const isAllowed = allow.has(placeOf(parsed));
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && isAllowed))
    throw new AddressUnfit('an address begins with https://');
  const unfit = types.find((type) => !isTypePattern(type));
  if (unfit !== undefined) throw new AddressUnfit(`${unfit} is no type of happening; say treasury.payment.released, or treasury.*`);
  if (types.length > TYPES_MAX) throw new AddressUnfit(`at most ${TYPES_MAX} types`);
  return parsed.href;
}
