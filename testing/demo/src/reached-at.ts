/** Where other devices reach the demo when it listens beyond this machine, as text and as a code that a phone reads off the terminal. */
import { networkInterfaces } from 'node:os';
import { toString as toCode } from 'qrcode';

/** `host` as it was listened on. Nothing where only this machine reaches it. */
export function outsideAddresses(host: string): readonly string[] {
  const isAny = host === '0.0.0.0' || host === '::';
  if (!isAny) return host === 'localhost' || host === '::1' || host.startsWith('127.') ? [] : [host];
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  );
}

export interface Reached {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** Lines for the terminal; empty where only this machine reaches it. */
export async function reachedAt({ host, port, isTls }: Reached): Promise<string> {
  const urls = outsideAddresses(host).map(
    (address) => `${isTls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}/`,
  );
  const [first] = urls;
  if (first === undefined) return '';
  // A terminal may be dark: there the code brings its own light with it.
  const form = process.stdout.isTTY ? ({ type: 'terminal', small: true } as const) : ({ type: 'utf8' } as const);
  const code = await toCode(first, { ...form, errorCorrectionLevel: 'L' });
  const what = isTls
    ? 'Phones on this network can look, check and sign (the browser warns of a certificate that nobody vouches for):'
    : 'Phones on this network can look and check; to sign, they need --tls:';
  return `\n${what}\n\n${urls.map((url) => `  ${url}`).join('\n')}\n\n${code}\nEverybody on this network can act as any of the invented officers.`;
}
