/** What `/metrics` says (Prometheus text format 0.0.4), and what whoever keeps the node should make of it. */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export type Metrics = ReadonlyMap<string, readonly Sample[]>;

/** `good`: in order; `soon`: see to it; `now`: act now. */
export type Grade = 'good' | 'soon' | 'now';

export type Subject = 'ledger' | 'lists' | 'disk' | 'backup' | 'witness' | 'no-witness' | 'peer' | 'webhook' | 'warnings';

export interface Finding {
  readonly subject: Subject;
  readonly grade: Grade;
  /** Whose, where there are several. */
  readonly name: string;
  /** Figures for the sentence. */
  readonly values: Readonly<Record<string, number>>;
}

const HOUR_MS = 3_600_000;
/** A backup each night, with an hour or two to spare. */
const BACKUP_GOOD_MS = 26 * HOUR_MS;
const BACKUP_SOON_MS = 8 * 24 * HOUR_MS;
const DISK_GOOD = 0.2;
const DISK_SOON = 0.05;
const LAG_GOOD = 20;
const LAG_SOON = 2_000;

export function readMetrics(text: string): Metrics {
  const metrics = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$/.exec(line);
    if (match === null) continue;
    const [, name = '', labels = '', value = ''] = match;
    const sample = { labels: readLabels(labels), value: Number(value) };
    metrics.set(name, [...(metrics.get(name) ?? []), sample]);
  }
  return metrics;
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)) {
    labels[name] = value.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
  }
  return labels;
}

/** What is worst stands first. `now`: ms UTC. */
export function findingsOf(metrics: Metrics, now: number): readonly Finding[] {
  const one = (name: string): number => metrics.get(`tabularium_${name}`)?.[0]?.value ?? 0;
  const of = (name: string, label: string, whose: string): number =>
    metrics.get(`tabularium_${name}`)?.find(({ labels }) => labels[label] === whose)?.value ?? 0;
  const each = (name: string, label: string): readonly string[] =>
    (metrics.get(`tabularium_${name}`) ?? []).flatMap(({ labels }) => (labels[label] === undefined ? [] : [labels[label]]));
  const height = one('height');
  const findings: Finding[] = [
    {
      subject: 'ledger',
      grade: one('halted') === 0 ? 'good' : 'now',
      name: '',
      values: { height, size: one('log_size'), queued: one('queue') },
    },
  ];
  const lag = Math.max(0, height - one('projection_height'));
  findings.push({ subject: 'lists', grade: grade(lag <= LAG_GOOD, lag <= LAG_SOON), name: '', values: { lag } });
  const [free, size] = [one('disk_free_bytes'), one('disk_size_bytes')];
  if (size > 0) {
    const share = free / size;
    const values = { free: Math.round(free / 1e8) / 10, share };
    findings.push({ subject: 'disk', grade: grade(share >= DISK_GOOD, share >= DISK_SOON), name: '', values });
  }
  const made = one('backup_time_seconds') * 1_000;
  const age = now - made;
  // One that somebody makes by other means is not known here.
  findings.push({
    subject: 'backup',
    grade: made === 0 ? 'soon' : grade(age <= BACKUP_GOOD_MS, age <= BACKUP_SOON_MS),
    name: '',
    values: {
      known: made === 0 ? 0 : 1,
      hours: Math.max(0, Math.round(age / HOUR_MS)),
      behind: Math.max(0, height - one('backup_height')),
    },
  });
  const witnesses = each('witness_size', 'witness');
  if (witnesses.length === 0) findings.push({ subject: 'no-witness', grade: 'soon', name: '', values: {} });
  for (const name of witnesses) {
    const seen = of('witness_size', 'witness', name);
    const troubled = of('witness_trouble', 'witness', name) > 0;
    const values = { seen, behind: Math.max(0, one('log_size') - seen) };
    findings.push({ subject: 'witness', grade: troubled ? (seen === 0 ? 'now' : 'soon') : 'good', name, values });
  }
  for (const name of each('peer_reached', 'peer')) {
    const reached = of('peer_reached', 'peer', name);
    findings.push({ subject: 'peer', grade: reached === 1 ? 'good' : 'soon', name, values: { reached } });
  }
  for (const name of each('webhook_on', 'webhook')) {
    const [on, letters] = [of('webhook_on', 'webhook', name), of('webhook_dead_letters', 'webhook', name)];
    const values = { on, letters, delivered: of('webhook_delivered_total', 'webhook', name) };
    findings.push({ subject: 'webhook', grade: on === 0 ? 'now' : letters > 0 ? 'soon' : 'good', name, values });
  }
  const count = one('warnings');
  if (count > 0) findings.push({ subject: 'warnings', grade: 'now', name: '', values: { count } });
  return findings.sort((a, b) => ORDER.indexOf(a.grade) - ORDER.indexOf(b.grade));
}

const ORDER: readonly Grade[] = ['now', 'soon', 'good'];

function grade(isGood: boolean, isBearable: boolean): Grade {
  return isGood ? 'good' : isBearable ? 'soon' : 'now';
}
