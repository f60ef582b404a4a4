/** The nodes of a local network as one table, drawn again each second where there is a terminal. */
import type { LocalNetwork } from '../../network/local-network.ts';
import type { NodeConsole } from '../../node-console.ts';

const EVERY_MS = 1_000;
const TIMEOUT_MS = 900;

interface Health {
  readonly status: string;
  readonly height: number;
  readonly size: number;
  readonly queued: number;
}

/** Returns how to stop. */
export function watchNetwork(network: LocalNetwork, console: NodeConsole): () => void {
  let stopped = false;
  const look = async (): Promise<void> => {
    const rows = await Promise.all(network.nodes.map(async ({ agency, port }) => `${agency.padEnd(12)} ${inWords(await healthOf(port))}`));
    if (stopped) return;
    console.table(['agency       height    leaves   waiting', ...rows]);
    timer = setTimeout(() => void look(), EVERY_MS);
  };
  let timer = setTimeout(() => void look(), 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function healthOf(port: number): Promise<Health | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return (await response.json()) as Health;
  } catch {
    return undefined;
  }
}

function inWords(health: Health | undefined): string {
  if (health === undefined) return 'does not answer';
  const { status, height, size, queued } = health;
  return `${String(height).padStart(6)} ${String(size).padStart(9)} ${String(queued).padStart(9)}${status === 'ok' ? '' : `   ${status}`}`;
}
