/**
 * A sandbox's folder: today's ledger, the one it began as, and yesterday's, which is kept until the next night. Nothing here touches a folder
 * that is not a sandbox's own.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dataDirectory, writeWhole } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';

export interface SandboxPlace {
  readonly dir: string;
  /** Data directory that the node runs on. */
  readonly today: string;
  /** The ledger as it was when its founders had accepted it. */
  readonly beginning: string;
  /** What was laid aside last. */
  readonly yesterday: string;
  /** Says that the folder is a sandbox's, and when it was laid back last. */
  readonly mark: string;
}

const OWN = 'sandbox --data <a folder of its own, new or empty>';

/** The folder, made if it is not there. Throws `NodeFault` `directory-taken` where it holds anything but a sandbox. */
export function claimPlace(dir: string, now: number): SandboxPlace {
  const root = resolve(dir);
  const at = (name: string): string => join(root, name);
  const place = { dir: root, today: at('today'), beginning: at('beginning'), yesterday: at('yesterday'), mark: at('sandbox.json') };
  if (existsSync(place.mark)) return place;
  const { charter, ledger } = dataDirectory(root);
  if (existsSync(charter) || existsSync(ledger)) {
    throw new NodeFault('directory-taken', `${root} holds a ledger, which a sandbox would lay back every night: it is left alone`, {
      next: OWN,
    });
  }
  if (existsSync(root) && readdirSync(root).length > 0) {
    throw new NodeFault('directory-taken', `there is something in ${root}, and it is no sandbox`, { next: OWN });
  }
  mkdirSync(root, { recursive: true, mode: 0o700 });
  markLaidBack(place, now);
  return place;
}

/** `time`: ms UTC. */
export function markLaidBack({ mark }: SandboxPlace, time: number): void {
  writeWhole(mark, `${JSON.stringify({ laidBack: time })}\n`);
}

/** ms UTC. Throws `NodeFault` `damaged`. */
export function lastLaidBack({ mark }: SandboxPlace): number {
  let laidBack: unknown;
  try {
    ({ laidBack } = JSON.parse(readFileSync(mark, 'utf8')) as { readonly laidBack?: unknown });
  } catch (cause) {
    throw new NodeFault('damaged', `${mark} cannot be read`, { next: OWN, cause });
  }
  if (!Number.isSafeInteger(laidBack)) throw new NodeFault('damaged', `${mark} does not say when the sandbox was laid back`, { next: OWN });
  return laidBack as number;
}

/** Today's becomes yesterday's, and the beginning today's. Nobody has them open; interrupted anywhere, doing it again carries on. */
export function layBack({ today, beginning, yesterday }: SandboxPlace): void {
  if (existsSync(today)) {
    rmSync(yesterday, { recursive: true, force: true });
    renameSync(today, yesterday);
  }
  const partial = `${today}.new`;
  rmSync(partial, { recursive: true, force: true });
  cpSync(beginning, partial, { recursive: true });
  renameSync(partial, today);
}
