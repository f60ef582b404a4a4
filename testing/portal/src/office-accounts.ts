/** An office's own sign-in service, as tests need one: a real OpenID provider in this process, which takes whatever name somebody gives. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'tabularium', secret: 'a secret that only this test has, long enough' } as const;

export interface OfficeAccounts {
  readonly issuer: string;
  close(): Promise<void>;
}

/** `callback`: where people are sent back to; nowhere else. */
export async function openOfficeAccounts(callback: string): Promise<OfficeAccounts> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [callback], response_types: ['code'] }],
    pkce: { required: () => true },
    cookies: { keys: ['for this test'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  });
  server.on('request', provider.callback());
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
