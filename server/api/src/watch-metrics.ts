/** The node's figures as Prometheus metrics; read once for each answer. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { NodeFigures } from './node-watch.ts';

type Labels = Readonly<Record<string, string>>;
type Samples = readonly (readonly [labels: Labels, value: number])[];

/** `read` is called for each metric; whoever gives it may keep the answer for a moment. */
export function addWatchMetrics(registry: Registry, read: () => NodeFigures): void {
  const gauge = (name: string, help: string, labelNames: readonly string[], samples: (figures: NodeFigures) => Samples): void => {
    new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers: [registry] },
      collect() {
        this.reset();
        for (const [labels, value] of samples(read())) this.set(labels, value);
      },
    });
  };
  const one = (value: number): Samples => [[{}, value]];
  gauge('tabularium_disk_free_bytes', 'Room left where the ledger lies.', [], ({ disk }) => one(disk.free));
  gauge('tabularium_disk_size_bytes', 'Room there is in all.', [], ({ disk }) => one(disk.size));
  gauge('tabularium_ledger_bytes', 'Size of ledger.db.', [], ({ disk }) => one(disk.ledger));
  gauge('tabularium_backup_time_seconds', 'When the newest backup was made; 0 where none is known.', [], ({ backup }) =>
    one((backup?.time ?? 0) / 1_000),
  );
  gauge('tabularium_backup_height', 'Height of the newest backup.', [], ({ backup }) => one(backup?.height ?? 0));
  gauge('tabularium_warnings', 'What is to be seen to.', [], ({ warnings }) => one(warnings.length));
  gauge('tabularium_vault_holdings', 'What the vault holds of people: objects of entries.', [], ({ vault }) => one(vault?.live ?? 0));
  gauge('tabularium_vault_pending', 'What of it waits for its entry.', [], ({ vault }) => one(vault?.pending ?? 0));
  gauge('tabularium_vault_epoch', 'Number of the newest key-encryption key.', [], ({ vault }) => one(vault?.epoch ?? 0));
  gauge('tabularium_vault_epoch_time_seconds', 'When that came into force.', [], ({ vault }) => one((vault?.begun ?? 0) / 1_000));
  const witness = ['witness'];
  gauge('tabularium_witness_size', 'Leaves that a witness has seen.', witness, ({ witnesses }) =>
    witnesses.map(({ name, size }) => [{ witness: name }, size]),
  );
  gauge('tabularium_witness_time_seconds', 'When a witness last cosigned.', witness, ({ witnesses }) =>
    witnesses.map(({ name, time }) => [{ witness: name }, time / 1_000]),
  );
  gauge('tabularium_witness_trouble', '1 where the last push to a witness brought nothing.', witness, ({ witnesses }) =>
    witnesses.map(({ name, trouble }) => [{ witness: name }, trouble === undefined ? 0 : 1]),
  );
  gauge('tabularium_peer_reached', '1 where another agency’s node could be reached when last told.', ['peer'], ({ peers = [] }) =>
    peers.map(({ id, reached }) => [{ peer: id }, reached ? 1 : 0]),
  );
  const webhook = ['webhook'];
  const ofWebhooks = (name: string, help: string, value: (one: NodeFigures['webhooks'][number]) => number): void =>
    gauge(name, help, webhook, ({ webhooks }) => webhooks.map((each) => [{ webhook: each.id }, value(each)]));
  ofWebhooks('tabularium_webhook_on', '1 where a receiver is called.', ({ state }) => (state === 'on' ? 1 : 0));
  ofWebhooks('tabularium_webhook_height', 'Height up to which a receiver was told.', ({ height }) => height);
  const counted = (name: string, help: string, value: (one: NodeFigures['webhooks'][number]) => number): void => {
    new Counter({
      ...{ name, help, labelNames: webhook, registers: [registry] },
      collect() {
        this.reset();
        for (const each of read().webhooks) this.inc({ webhook: each.id }, value(each));
      },
    });
  };
  counted('tabularium_webhook_delivered_total', 'Messages delivered to a receiver.', ({ delivered }) => delivered);
  counted('tabularium_webhook_failed_total', 'Attempts to deliver that failed.', ({ failed }) => failed);
  ofWebhooks('tabularium_webhook_dead_letters', 'Messages that were given up and are kept.', ({ letters }) => letters);
}
