/** Which door a visitor went through, and which of its steps were done: kept as long as this window is open, and nowhere else. */
import { useSyncExternalStore } from 'react';
import type { DoorName } from './door.ts';

interface Progress {
  /** The door that somebody is led through just now. */
  readonly door?: DoorName;
  /** The step they are at. */
  readonly at?: string;
  /** `door/step`. */
  readonly done: readonly string[];
  /** `key door/step`: at which step each page of the browser's history was looked at, the newest last. */
  readonly seen: readonly string[];
}

const KEPT = 'tabularium-start';
const NONE: Progress = { done: [], seen: [] };
/** Further back nobody goes. */
const SEEN_MAX = 100;

let current: Progress | undefined;
const listeners = new Set<() => void>();

function read(): Progress {
  current ??= parsed(sessionStorage.getItem(KEPT));
  return current;
}

function parsed(kept: string | null): Progress {
  try {
    const { done, seen, ...rest } = JSON.parse(kept ?? '{}') as Partial<Progress>;
    return { ...rest, done: texts(done), seen: texts(seen) };
  } catch {
    return NONE;
  }
}

function texts(kept: unknown): readonly string[] {
  return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
}

function write(progress: Progress): void {
  current = progress;
  sessionStorage.setItem(KEPT, JSON.stringify(progress));
  for (const listener of listeners) listener();
}

export function useProgress(): Progress {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}

export function isDone({ done }: Progress, door: DoorName, step: string): boolean {
  return done.includes(`${door}/${step}`);
}

export function take(door: DoorName, step: string): void {
  write({ ...read(), door, at: step });
}

export function markDone(door: DoorName, step: string): void {
  const progress = read();
  if (!isDone(progress, door, step)) write({ ...progress, done: [...progress.done, `${door}/${step}`] });
}

/** Whoever goes back in the browser's history is back at the step of that page, and is told of it. `page`: the history's key of it. */
export function lookAt(page: string): string | undefined {
  const progress = read();
  const { door, at, seen } = progress;
  if (door === undefined) return undefined;
  const before = seen.find((one) => one.startsWith(`${page} ${door}/`));
  const step = before?.slice(before.indexOf('/') + 1);
  if (step === undefined) write({ ...progress, seen: [...seen.slice(1 - SEEN_MAX), `${page} ${door}/${at}`] });
  if (step === undefined || step === at) return undefined;
  write({ ...progress, at: step });
  return step;
}

/** Led no further; what was done stays done. */
export function leaveDoor(): void {
  const { done, seen } = read();
  write({ done, seen });
}
