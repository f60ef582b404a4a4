/**
 * `npm run bench:portal`: how long a person waits for a page on a slow phone, beside a bare page in the same run; and how long after its
 * answer what is new stands on an open page, while a thousand pages are open. JSON lines, with R (ES256 verifications per CPU-second of one
 * core) and the fsync time of the same run.
 *
 * The phone is Lighthouse's mobile profile as Chromium itself applies it: 150 ms to and fro, 1.6 Mbit/s down, 750 kbit/s up, a processor
 * four times slower; nothing is cached. Content is there with the first painting, for the node writes the page's words into its answer; `largest`
 * and `settled` tell when the portal has taken over.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fsyncMicroseconds, quantile, verifyRate } from '@tabularium/bench';
import { signAs } from '@tabularium/demo';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openWindow, PHONE, settled } from './browser.ts';
import { OpenPages } from './open-pages.ts';
import { places } from './places.ts';
import { buildPortal, newTown } from './town.ts';

const { values } = parseArgs({
  options: { pages: { type: 'string', default: '1000' }, only: { type: 'string', default: '' }, rounds: { type: 'string', default: '5' } },
});
const ROUNDS = Number(values.rounds);
const SLOW_PHONE = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 };
const SLOWER_PROCESSOR = 4;
/** Pages that people come to first, by their name among the places. */
const FIRST_PAGES = ['home', 'money', 'record', 'entry'];
/** Runs in the page: milliseconds from its begin to the painting of the first, and of the largest thing so far. */
const PAINTED = `new Promise((resolve) => {
  const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
  new PerformanceObserver((list) => resolve({ first, largest: list.getEntries().at(-1).startTime }))
    .observe({ type: 'largest-contentful-paint', buffered: true });
})`;
const BARE =
  '<!doctype html><html lang="en"><title>Bare</title><meta name="viewport" content="width=device-width"><div id="root"><main><h1>Bare</h1></main></div>';

interface Painted {
  readonly first: number;
  readonly largest: number;
}

const found = await launchChromium();
if (typeof found === 'string') throw new Error(found);
const browser: Browser = found;
buildPortal();
const dir = mkdtempSync(join(tmpdir(), 'tabularium-bench-portal-'));
const town = await newTown(dir);
const ruler = { R: Math.round(verifyRate()), fsync_us: Math.round(fsyncMicroseconds(dir)) };
const bare = createServer((_, reply) => reply.setHeader('content-type', 'text/html; charset=utf-8').end(BARE)).listen(0, '127.0.0.1');
try {
  await new Promise((wake) => bare.once('listening', wake));
  const { url } = town.node;
  const pages = (await places(url)).filter(({ name }) => FIRST_PAGES.includes(name));
  const bareAt = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`;
  tell({ figure: 'bare page on a slow phone', ...(await firstLoads(bareAt, '/')) });
  for (const { name, path } of pages) {
    const loads = await firstLoads(url, path);
    tell({ figure: `${name} on a slow phone`, ...loads, bound: 'first <= 1500 ms' });
  }
  tell(await liveUpdate(url));
} finally {
  bare.close();
  await browser.close();
  await town.close();
  rmSync(dir, { recursive: true, force: true });
}

/** Medians over the rounds, each in a window that has nothing cached. */
async function firstLoads(url: string, path: string): Promise<Readonly<Record<string, number>>> {
  const painted: (Painted & { readonly whole: number; readonly bytes: number })[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { context, page } = await openWindow(browser, url, [], { viewport: PHONE, isMobile: true, hasTouch: true });
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', SLOW_PHONE);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_PROCESSOR });
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    const begun = performance.now();
    await page.goto(path, { waitUntil: 'commit' });
    await settled(page);
    const whole = performance.now() - begun;
    painted.push({ ...((await page.evaluate(PAINTED)) as Painted), whole, bytes });
    await context.close();
  }
  const median = (of: (one: (typeof painted)[number]) => number): number =>
    Math.round(painted.map(of).sort((a, b) => a - b)[Math.floor(painted.length / 2)]!);
  return {
    first_ms: median(({ first }) => first),
    largest_ms: median(({ largest }) => largest),
    settled_ms: median(({ whole }) => whole),
    kilobytes: Math.round(median(({ bytes }) => bytes) / 1_000),
  };
}

/** What an officer signs is on an open page: from the office's answer, which is durable and signed, to the line on the screen. */
async function liveUpdate(url: string): Promise<Readonly<Record<string, unknown>>> {
  const { context, page } = await openWindow(browser, url, []);
  await page.goto('/');
  await settled(page);
  const paths = new Set<string>();
  page.on('request', (asked) => paths.add(asked.url().slice(url.length)));
  await shown(url, page, 0);
  page.removeAllListeners('request');
  const pages = Number(values.pages);
  const others = await OpenPages.open(url, pages - 1, [...paths]);
  const waits: number[] = [];
  const reads: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    others.begin();
    const { answered, ms } = await shown(url, page, round);
    waits.push(ms);
    reads.push(...(await others.renewed()).map((at) => at - answered));
  }
  others.close();
  await context.close();
  const sorted = (times: readonly number[], share: number): number => Math.round(quantile(Float64Array.from(times).sort(), share));
  const here = { shown_ms: sorted(waits, 0.5), shown_max_ms: Math.round(Math.max(...waits)) };
  const there = { others_p50_ms: sorted(reads, 0.5), others_p95_ms: sorted(reads, 0.95), others_max_ms: Math.round(Math.max(...reads)) };
  return {
    figure: 'news on an open page',
    pages,
    reads: paths.size,
    ...here,
    ...there,
    bound: 'shown <= 1000 ms',
    durable: 'before the answer',
  };
}

/** Milliseconds from the answer to an officer's proposal until a page shows it. */
async function shown(url: string, page: Page, serial: number): Promise<{ readonly answered: number; readonly ms: number }> {
  const limits = { maxExpirySeconds: 86_000 - serial, maxLagMs: 2_000, proposalDays: 14 };
  const body = { action: 'kernel.charter.amend', body: { limits } };
  const transaction = signAs(town.place, 'mayor-1', { ledger: town.node.origin, action: 'kernel.propose', body });
  const response = await fetch(`${url}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: transaction,
  });
  const { index } = (await response.json()) as { readonly index: number };
  const answered = performance.now();
  await page.locator(`a[href="/entries/${index}"]`).first().waitFor();
  return { answered, ms: performance.now() - answered };
}

function tell(figure: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ ...figure, ...ruler }));
}
