/** Somebody who signs something small again and again and sends it to whichever node answers, as any client may. */
import { setTimeout as delay } from 'node:timers/promises';
import { encodeTransaction, type JsonObject, makeUlid } from '@tabularium/protocol';
import { type DemoPlace, officerKey } from './found-demo.ts';

const EVERY_MS = 200;
const EXPIRY_SECONDS = 600;
const ANSWER_MS = 15_000;
const OFFICER = 'mayor-1';

export interface WriterOptions {
  readonly place: DemoPlace;
  readonly origin: string;
  /** In the order in which they are tried. */
  readonly urls: readonly string[];
}

export interface Act {
  readonly ledger: string;
  readonly action: string;
  readonly body: JsonObject;
}

/** The transaction's bytes, by an officer of the demo. */
export function signAs(place: DemoPlace, officer: string, act: Act): Uint8Array {
  const { kid, sign } = officerKey(place, officer);
  const now = Date.now();
  const id = makeUlid(now, crypto.getRandomValues(new Uint8Array(10)));
  return encodeTransaction({ ...act, id, exp: Math.floor(now / 1_000) + EXPIRY_SECONDS }, kid, sign);
}

/** Its name, once it is accepted. */
export async function submitAs(
  place: DemoPlace,
  engine: { submit(jws: Uint8Array): Promise<{ readonly kind: string; readonly name?: string }> },
  officer: string,
  act: Act,
): Promise<string> {
  const outcome = await engine.submit(signAs(place, officer, act));
  if (outcome.kind !== 'accepted' || outcome.name === undefined)
    throw new Error(`${officer}: ${act.action} was not taken: ${JSON.stringify(outcome)}`);
  return outcome.name;
}

export class SteadyWriter {
  readonly #options: WriterOptions;
  readonly #names: string[] = [];
  readonly #waits: number[] = [];
  #elsewhere = 0;
  #serial = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#done = this.#write();
  }

  inWords(): string {
    const sorted = [...this.#waits].sort((a, b) => a - b);
    const usual = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
    return `${this.#names.length} signed, ${this.#names.length} recorded; usually in ${usual} ms, at most ${Math.round(sorted.at(-1) ?? 0)} ms; ${this.#elsewhere} sent to another node`;
  }

  /** Names of everything recorded. */
  async stop(): Promise<readonly string[]> {
    this.#stopped = true;
    await this.#done;
    return this.#names;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const begun = performance.now();
      const limits = { maxExpirySeconds: 86_400 - (++this.#serial % 80_000), maxLagMs: 2_000, proposalDays: 14 };
      const body = { action: 'kernel.charter.amend', body: { limits } };
      const { place, origin } = this.#options;
      this.#names.push(await this.#send(signAs(place, OFFICER, { ledger: origin, action: 'kernel.propose', body })));
      this.#waits.push(performance.now() - begun);
      await delay(Math.max(0, EVERY_MS - (performance.now() - begun)));
    }
  }

  /** The same bytes to one node after the other, until one has them recorded. */
  async #send(transaction: Uint8Array): Promise<string> {
    for (let tries = 0; ; tries++) {
      const { urls } = this.#options;
      const url = urls[tries % urls.length]!;
      if (tries > 0) this.#elsewhere++;
      try {
        const response = await fetch(`${url}/api/v1/transactions`, {
          method: 'POST',
          headers: { 'content-type': 'text/plain' },
          body: transaction,
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        const { name } = (await response.json()) as { readonly name?: string };
        if ((response.status === 201 || response.status === 200) && name !== undefined) return name;
      } catch {
        // Nobody there: the next one.
      }
      await delay(50);
    }
  }
}
