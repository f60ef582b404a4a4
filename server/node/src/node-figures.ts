/** What the API shows of this node besides its ledger: room on disk, the newest backup, witnesses, other nodes, webhooks. */
import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import type { NodeFigures } from '@tabularium/api';
import { parseCursor } from '@tabularium/feed';
import type { Vault } from '@tabularium/vault';
import type { Subscription } from '@tabularium/webhooks';
import { type DataDirectory, writeWhole } from './data-directory.ts';
import type { NodeStatus } from './start-node.ts';

/** One answer of `/metrics` asks for many figures. */
const KEPT_MS = 500;

export interface FigureParts {
  readonly place: DataDirectory;
  status(): NodeStatus;
  webhooks(): readonly Subscription[];
  readonly vault: Vault;
}

export function nodeFigures(parts: FigureParts): () => NodeFigures {
  let kept: { readonly at: number; readonly figures: NodeFigures } | undefined;
  return () => {
    const now = performance.now();
    if (kept === undefined || now - kept.at > KEPT_MS) kept = { at: now, figures: read(parts) };
    return kept.figures;
  };
}

function read({ place, status, webhooks, vault }: FigureParts): NodeFigures {
  const { warnings, witnesses, network } = status();
  const { bavail, blocks, bsize } = statfsSync(place.dir);
  const backup = newestBackup(place);
  return {
    webhooks: webhooks().map(({ id, state, delivered, failed, letters, attempts, cursor }) => {
      return { id, state, delivered, failed, letters, attempts, height: parseCursor(cursor)?.height ?? 0 };
    }),
    witnesses: witnesses.map(({ url, size, time, trouble }) => {
      return { name: new URL(url).host, size, time: time * 1_000, ...(trouble === undefined ? {} : { trouble }) };
    }),
    ...(network === undefined
      ? {}
      : { peers: network.peers.map(({ id, received, trouble }) => ({ id, reached: received !== undefined && trouble === undefined })) }),
    disk: { free: bavail * bsize, size: blocks * bsize, ledger: statSync(place.ledger).size },
    ...(backup === undefined ? {} : { backup }),
    vault: { ...vault.holdings.counts(), epoch: vault.epochs.current.number, begun: vault.epochs.current.begun },
    warnings,
  };
}

/** Leaves a note that a backup was made, so that whoever watches the node can say how old it is. */
export function noteBackup(place: DataDirectory, height: number, time: number): void {
  writeWhole(place.lastBackup, `${JSON.stringify({ height, time })}\n`);
}

function newestBackup({ lastBackup }: DataDirectory): NodeFigures['backup'] {
  if (!existsSync(lastBackup)) return undefined;
  try {
    const { height, time } = JSON.parse(readFileSync(lastBackup, 'utf8')) as Record<'height' | 'time', unknown>;
    return Number.isSafeInteger(height) && Number.isSafeInteger(time) ? { height: height as number, time: time as number } : undefined;
  } catch {
    return undefined;
  }
}
