/** What a row of the access log costs, and how long its proof is, among so many. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '@tabularium/crypto';
import { verifyShownAccess } from '@tabularium/log';
import { AccessLog, type AccessTables, checkAccessLog, openVaultDatabase, type VaultPlace } from '@tabularium/vault';
import { quantile } from './http-load.ts';

const AGENCY = 'vellmere';
const AT_ONCE = 500;
const PROOFS = 500;
/** A search with all its hits is the longest row. */
const HITS = 20;

export async function benchVaultAccess(
  count: number,
  place: VaultPlace,
  say: (figure: string, values: Record<string, unknown>) => void,
): Promise<void> {
  const database = await openVaultDatabase<AccessTables>(place);
  const log = await AccessLog.open({ database, sha256, random: (length) => new Uint8Array(randomBytes(length)), clock: Date.now });
  const mine = 'c0'.repeat(16);
  const row = (n: number) => ({
    agency: AGENCY,
    officer: `officer-${n % 40}`,
    role: 'registrar',
    office: 'registry',
    purpose: 'birth-certificate',
    file: `REG-2026/${n}`,
    action: 'case.read',
    cases: [n % Math.ceil(count / PROOFS) === 0 ? mine : randomBytes(16).toString('hex')],
  });
  const start = performance.now();
  for (let n = 0; n < count; n += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, k) => log.append(row(n + k))));
  }
  const seconds = (performance.now() - start) / 1_000;
  const others = Array.from({ length: HITS - 1 }, () => randomBytes(16).toString('hex'));
  await log.append({ ...row(0), action: 'search', cases: [mine, ...others] });
  const alone: number[] = [];
  for (let n = 0; n < 200; n++) {
    const from = performance.now();
    await log.append(row(1));
    alone.push(performance.now() - from);
  }
  const { size, root } = await log.head(AGENCY);
  const seen = await log.ofCases([mine], { isWithheld: () => false });
  const times: number[] = [];
  let longest = 0;
  let wholeOfRead = 0;
  let wholeOfSearch = 0;
  for (const one of seen) {
    const from = performance.now();
    const shown = await log.shown(one, size);
    times.push(performance.now() - from);
    if (!verifyShownAccess(shown, root, sha256)) throw new Error('a proof does not hold');
    longest = Math.max(longest, JSON.stringify(shown.path).length);
    const whole = JSON.stringify(shown).length;
    if (one.row.action === 'search') wholeOfSearch = Math.max(wholeOfSearch, whole);
    else wholeOfRead = Math.max(wholeOfRead, whole);
  }
  const p = (of: number[], share: number): number => Number(quantile(Float64Array.from(of).sort(), share).toFixed(2));
  say('access log', {
    database: database.kind,
    rows: size,
    rows_per_s: Math.round(count / seconds),
    batch: AT_ONCE,
    one_row_p50_ms: p(alone, 0.5),
    one_row_p95_ms: p(alone, 0.95),
    durable: 'fsync before each answer, shared by rows of one turn',
  });
  say('access proof', {
    database: database.kind,
    rows: size,
    path_bytes: longest,
    bound: '<= 2,048 bytes',
    shown_bytes_of_a_read: wholeOfRead,
    shown_bytes_of_a_search_with_20_hits: wholeOfSearch,
    p95_ms: p(times, 0.95),
  });
  const from = performance.now();
  const { faults } = await checkAccessLog(database, AGENCY, [{ size, root }], sha256);
  say('access audit', {
    database: database.kind,
    rows: size,
    faults: faults.length,
    seconds: Number(((performance.now() - from) / 1_000).toFixed(1)),
  });
  await log.close();
  await database.close();
}
