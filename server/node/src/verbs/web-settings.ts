/** How a node meets browsers: its public address, the proxy before it, how often one address may write, and who its staff are. */
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { readStaffSettings, StaffFileFault, type StaffSettings } from '@tabularium/sessions';
import { NodeFault } from '../node-fault.ts';
import type { WebSettings } from '../start-node.ts';
import { numberOf, textIn, textOf } from './settings.ts';
import type { VerbCall } from './verb.ts';

export const webOptions = {
  'public-url': { type: 'string' },
  'behind-proxy': { type: 'string' },
  'writes-per-minute': { type: 'string' },
  staff: { type: 'string' },
} as const;

export const WEB_HELP = `  --public-url URL         the address by which people reach this node, https in earnest (TABULARIUM_PUBLIC_URL)
  --behind-proxy ADDRESSES proxies whose word is taken for where a request comes from (TABULARIUM_PROXIES, separated by commas)
  --writes-per-minute N    writing requests of one address, each minute; 0 for no limit (TABULARIUM_WRITES_PER_MINUTE; default 6000)
  --staff FILE             who signs in as staff, and with which service (TABULARIUM_STAFF; needs --public-url)`;

/** Throws `NodeFault` `usage`. */
export function webOf(call: VerbCall): WebSettings {
  const publicUrl = publicUrlOf(textOf(call, 'public-url') ?? textIn(call.env, 'TABULARIUM_PUBLIC_URL'));
  const proxies = (textOf(call, 'behind-proxy') ?? textIn(call.env, 'TABULARIUM_PROXIES') ?? '').split(',').filter((one) => one !== '');
  if (!proxies.every((one) => isIP(one.replace(/\/\d{1,3}$/, '')) !== 0))
    throw new NodeFault('usage', '--behind-proxy (TABULARIUM_PROXIES) holds IP addresses, or networks such as 10.0.0.0/8');
  const writesPerMinute = numberOf(call, 'writes-per-minute', 'TABULARIUM_WRITES_PER_MINUTE', 0, 10_000_000);
  const staff = staffOf(textOf(call, 'staff') ?? textIn(call.env, 'TABULARIUM_STAFF'));
  if (staff !== undefined && publicUrl === undefined) throw new NodeFault('usage', '--staff needs --public-url: sign-in comes back to it');
  return {
    trustedProxies: proxies,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(writesPerMinute === undefined ? {} : { writesPerMinute }),
    ...(staff === undefined ? {} : { staff }),
  };
}

function publicUrlOf(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  )
    throw new NodeFault('usage', '--public-url (TABULARIUM_PUBLIC_URL) is an address such as https://ledger.town.example, without a path');
  return url;
}

/** The file holds a secret: nobody but its owner and group may read it. */
function staffOf(path: string | undefined): StaffSettings | undefined {
  if (path === undefined) return undefined;
  try {
    if ((statSync(path).mode & 0o007) !== 0) throw new StaffFileFault('everybody on this machine can read it; chmod o= it');
    return readStaffSettings(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof StaffFileFault ? error.message : 'it cannot be read';
    throw new NodeFault('usage', `--staff (TABULARIUM_STAFF): ${why}`);
  }
}
