/** Which door a visitor went through, and which of its steps were taken: kept as long as this window is open, and nowhere else. */
import { useSyncExternalStore } from 'react';
import type { DoorName } from './door.ts';

interface Progress {
  /** The door that somebody is led through just now. */
  readonly door?: DoorName;
  /** The step they are at. */
  readonly at?: string;
  /** `door/step`. */
  readonly done: readonly string[];
}

const KEPT = 'tabularium-start';
const NONE: Progress = { done: [] };

let current: Progress | undefined;
const listeners = new Set<() => void>();

function read(): Progress {
  current ??= parsed(sessionStorage.getItem(KEPT));
  return current;
}

function parsed(kept: string | null): Progress {
  try {
    const { done, ...rest } = JSON.parse(kept ?? '{}') as Partial<Progress>;
    return Array.isArray(done) ? { ...rest, done: done.filter((one) => typeof one === 'string') } : NONE;
  } catch {
    return NONE;
  }
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
  const { done } = read();
  const id = `${door}/${step}`;
  write({ door, at: step, done: done.includes(id) ? done : [...done, id] });
}

/** Led no further; what was done stays done. */
export function leaveDoor(): void {
  write({ done: read().done });
}
