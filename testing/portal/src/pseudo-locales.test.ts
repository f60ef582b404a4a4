/**
 * Every page in languages that nobody speaks: with longer words and accents, and from right to left. Nothing is wider than the screen, no text
 * is cut, and no words stand on a page that are neither the catalogue's nor the record's.
 */
import assert from 'node:assert/strict';
import { before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { atRest, DESK, PHONE } from './browser.ts';
import { type Place, places } from './places.ts';
import { townRig } from './rig.ts';

const PATIENCE_MS = 180_000;

/** Called alike in every language: forms of files, and keys as people compare them. */
const NAMES = /^(?:CSV|JSON|catalog\.jsonld|[0-9A-Z]{4}(?: [0-9A-Z]{4})*)$/;

/** In the page: text that does not fit its box. What only screen readers hear is cut on purpose. */
const CUT = `[...document.querySelectorAll('#root *')].filter((element) => {
  const { overflowX, textOverflow } = getComputedStyle(element);
  if (element.closest('.unseen, svg, pre, select, textarea, input, .ds-skip-link') !== null) return false;
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')) return false;
  return (overflowX === 'hidden' || overflowX === 'clip' || textOverflow === 'ellipsis') && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.textContent.slice(0, 60))`;

/** In the page: its texts and labels, without values that are written by rule (dates, amounts, codes) and names of languages. */
const TEXTS = `(() => {
  const skipped = 'time, .money, code, pre, svg, [lang]:not(html), option, .office';
  const texts = [];
  const walk = document.createTreeWalker(document.querySelector('#root'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode())
    if (node.parentElement.closest(skipped) === null) texts.push(node.textContent);
  for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
    for (const element of document.querySelectorAll('#root [' + name + ']'))
      if (element.closest(skipped) === null) texts.push(element.getAttribute(name));
  return texts;
})()`;

describe('the portal in pseudo-locales', { timeout: PATIENCE_MS, concurrency: 2 }, () => {
  const rig = townRig({ expected: /\/entries\/999999999: Failed to load resource/ });
  let pages: readonly Place[];

  before(async () => {
    if (rig.isUp) pages = await places(rig.url);
  });

  for (const [locale, viewport, direction] of [
    ['en-XA', PHONE, 'ltr'],
    ['ar-XB', DESK, 'rtl'],
  ] as const) {
    rig.seen(
      `${locale} at ${viewport.width} px: nothing is too wide, cut, or past the catalogue`,
      async ({ page }) => {
        const told = tellsOf(page);
        const found: string[] = [];
        for (const { name, path } of pages) {
          await page.goto(path);
          await atRest(page);
          assert.equal(await page.evaluate('document.documentElement.dir'), direction);
          const width = await page.evaluate('document.documentElement.scrollWidth');
          if (width !== viewport.width) found.push(`${name} is ${width} px wide`);
          for (const text of (await page.evaluate(CUT)) as readonly string[]) found.push(`${name} cuts “${text}”`);
          const record = plain(told.join(' '));
          for (const text of (await page.evaluate(TEXTS)) as readonly string[]) {
            if (!text.includes(`:${new URL(rig.url).port}`) && isWritten(text, record))
              found.push(`${name} says “${text.trim().slice(0, 80)}” past the catalogue`);
          }
        }
        assert.deepEqual([...new Set(found)], []);
      },
      { locale, viewport, path: 'about:blank' },
    );
  }
});

/** Fills with everything that the node tells this page. */
function tellsOf(page: Page): readonly string[] {
  const told: string[] = [];
  page.on('response', (response) => {
    if (!/json|text\/plain/.test(response.headers()['content-type'] ?? '') || response.url().endsWith('/api/v1/live')) return;
    void response.text().then(
      (text) => told.push(text),
      () => undefined,
    );
  });
  return told;
}

/** Whether somebody wrote these words into the page: they bear no mark of the catalogue, and the node did not tell them. */
function isWritten(text: string, record: string): boolean {
  // An address within this node is its own name.
  if (/[⟦⟧áéîöûÅÉÎÖÛ]/.test(text) || NAMES.test(text) || /^\/[a-z/.-]+$/.test(text.trim())) return false;
  const words = plain(text)
    .split(' ')
    .filter((word) => /^[a-z]{3,}$/.test(word));
  return words.some((word) => !record.includes(word));
}

/** Lower case, letters alone: codes are shown as words. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]+/g, ' ');
}
