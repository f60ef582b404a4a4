/**
 * What happened to submissions, for `/metrics`. Counting happens on the hot path, so it is plain arithmetic here and
 * becomes Prometheus text only when somebody asks.
 */
import type { Outcome } from '@tabularium/engine-port';
import type { Projections } from '@tabularium/projections';
import type { Texts } from '@tabularium/texts';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { LedgerDoor } from './ledger-door.ts';
import { SubmitSeconds } from './submit-seconds.ts';

const KINDS = ['accepted', 'repeated', 'refused', 'malformed', 'busy'] as const;

export class OutcomeCounters {
  readonly #counts: Record<Outcome['kind'], number> = { accepted: 0, repeated: 0, refused: 0, malformed: 0, busy: 0 };
  readonly #refusals = new Map<string, number>();
  readonly #seconds = new SubmitSeconds();

  count(outcome: Outcome, passedMs: number): void {
    this.#counts[outcome.kind]++;
    if (outcome.kind === 'refused') {
      const { code } = outcome.refusal;
      this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
    }
    this.#seconds.observe(passedMs / 1000);
  }

  /** All metrics of this node. */
  registry(door: LedgerDoor, projections: Projections, texts: Texts): Registry {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const counts = this.#counts;
    const refusals = this.#refusals;
    new Counter({
      name: 'tabularium_transactions_total',
      help: 'Submissions by outcome.',
      labelNames: ['outcome'],
      registers: [registry],
      collect() {
        this.reset();
        for (const kind of KINDS) this.inc({ outcome: kind }, counts[kind]);
      },
    });
    new Counter({
      name: 'tabularium_refusals_total',
      help: 'Refusals by code.',
      labelNames: ['code'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [code, count] of refusals) this.inc({ code }, count);
      },
    });
    registry.registerMetric(this.#seconds.metric());
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    };
    gauge('tabularium_height', 'Seals written.', () => door.status().height);
    gauge('tabularium_log_size', 'Leaves in the log.', () => door.status().size);
    gauge('tabularium_queue', 'Submissions not answered yet.', () => door.status().queued);
    gauge('tabularium_halted', '1 when the engine stopped at a broken invariant.', () => (door.status().halted === undefined ? 0 : 1));
    gauge('tabularium_projection_height', 'Height of the SQL projections.', () => projections.height);
    gauge('tabularium_texts_pending', 'Published texts waiting for their entry.', () => texts.counts().pending);
    return registry;
  }
}
