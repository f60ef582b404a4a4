/**
 * How long submissions took, as a Prometheus histogram. prom-client's own looks up labels at each observation, which costs more than all
 * other counting of a write together; this one has no labels.
 */
import type { Metric } from 'prom-client';

const NAME = 'tabularium_submit_seconds';
/** Upper bounds in seconds. */
const BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

export class SubmitSeconds {
  /** By bucket, those above the last bound at the end. */
  readonly #counts = new Float64Array(BUCKETS.length + 1);
  #sum = 0;

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#sum += seconds;
  }

  /** For a registry: buckets add up, as the exposition format has it. */
  metric(): Metric {
    const get = async () => {
      let total = 0;
      const values = [...this.#counts].map((count, bucket) => {
        total += count;
        return { labels: { le: BUCKETS[bucket] ?? '+Inf' }, value: total, metricName: `${NAME}_bucket` };
      });
      const sums = [
        { labels: {}, value: this.#sum, metricName: `${NAME}_sum` },
        { labels: {}, value: total, metricName: `${NAME}_count` },
      ];
      return { name: NAME, help: 'From request to durable outcome.', type: 'histogram', aggregator: 'sum', values: [...values, ...sums] };
    };
    return { name: NAME, get, reset: () => {} } as unknown as Metric;
  }
}
