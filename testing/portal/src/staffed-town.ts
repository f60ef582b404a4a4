/** A small town whose staff sign in with their office's accounts, as two people: an officer, and whoever keeps the node running. */
import { createServer } from 'node:net';
import { openSmallTown, type SmallTown } from '@tabularium/demo';
import { BUILT_PORTAL, type StartOptions } from '@tabularium/node';
import { readStaffSettings } from '@tabularium/sessions';
import { CLIENT, openOfficeAccounts } from './office-accounts.ts';

const STEPS = 20;
/** Whom the office vouches for. */
export const OFFICER = 'ada@town.example';
export const OPERATOR = 'ops@town.example';
/** What programs that watch would bring. */
export const WATCH = 'for-this-test-and-nothing-else-0123456789';

export interface StaffedTown {
  readonly town: SmallTown;
  /** As the provider and browsers know it. */
  readonly url: string;
  close(): Promise<void>;
}

/** The portal must have been built. */
export async function openStaffedTown(dir: string, start: Partial<StartOptions> = {}): Promise<StaffedTown> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const accounts = await openOfficeAccounts(`${url}/auth/callback`);
  const people = { [OFFICER]: { officer: 'mayor-1' }, [OPERATOR]: { operator: true } };
  const file = { issuer: accounts.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, people, watchSecret: WATCH };
  const web = { publicUrl: new URL(url), staff: readStaffSettings(JSON.stringify(file)) };
  const town = await openSmallTown(dir, { steps: STEPS, start: { port, portal: BUILT_PORTAL, web, ...start } });
  return {
    town,
    url,
    close: async () => {
      await town.node.close();
      await accounts.close();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
