/**
 * What people write about the pages themselves: a file beside the ledger and never in it, which the operator reads and which forgets after
 * ninety days. No address, no name is asked for and none is kept; what somebody types all the same goes with the message.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'feedback.jsonl';
const DAY_MS = 86_400_000;
const KEPT_DAYS = 90;
/** Beyond this, nothing more is taken until the operator has read and removed some. */
const MESSAGES_MAX = 1_000;
const HOUR_MS = 3_600_000;
/** Of all visitors together: whoever floods the box fills it for an hour, not for ever, and nobody's address is needed to say so. */
const HOURLY_MAX = 20;

interface Message {
  /** `2026-03-14`, UTC. */
  readonly day: string;
  readonly page: string;
  readonly text: string;
}

export class FeedbackBox {
  readonly #path: string;
  readonly #clock: () => number;
  #recent: number[] = [];

  /** `dir`: the data directory. */
  constructor(dir: string, clock: () => number) {
    this.#path = join(dir, FILE);
    this.#clock = clock;
  }

  /** Whether it was kept. */
  put(page: string, text: string): boolean {
    const now = this.#clock();
    this.#recent = this.#recent.filter((time) => time > now - HOUR_MS);
    if (this.#recent.length >= HOURLY_MAX) return false;
    const oldest = dayOf(now - KEPT_DAYS * DAY_MS);
    const kept = this.#read().filter(({ day }) => day >= oldest);
    if (kept.length >= MESSAGES_MAX) return false;
    this.#recent.push(now);
    // Whole or not at all, and for the operator's eyes only.
    const next = `${this.#path}.next`;
    writeFileSync(next, [...kept, { day: dayOf(now), page, text }].map((message) => `${JSON.stringify(message)}\n`).join(''), {
      mode: 0o600,
    });
    renameSync(next, this.#path);
    return true;
  }

  #read(): readonly Message[] {
    if (!existsSync(this.#path)) return [];
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .flatMap((line): Message[] => {
        try {
          return [JSON.parse(line) as Message];
        } catch {
          // The empty end, or what an operator's editor left behind.
          return [];
        }
      });
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
