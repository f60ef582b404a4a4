/**
 * `npm run shots -- [FOLDER] [--data DIR] [--readme]`: every page of the portal as a picture, at a desk and on a phone, in light and dark, of
 * the demo town's whole year; with `--readme`, the two of README anew. Axe does not see what is ugly; somebody must look.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { demoPlace, isFounded, writeFirstYear } from '@tabularium/demo';
import { DESK, launchChromium, openWindow, PHONE, settled } from './browser.ts';
import { places } from './places.ts';
import { buildPortal, openTown } from './town.ts';

/** How much of a page README shows. */
const README_HEIGHTS: ReadonlyMap<string, number> = new Map([
  ['home', 900],
  ['entry', 1_130],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: 'data/demo' }, readme: { type: 'boolean', default: false } },
});
const folder = resolve(positionals[0] ?? 'shots');
const images = resolve('docs/images');
const browser = await launchChromium();
if (typeof browser === 'string') throw new Error(browser);
buildPortal();
const place = demoPlace(resolve(values.data));
if (!isFounded(place)) await writeFirstYear(place).written;
const demo = await openTown(place);
const { url } = demo.node;
mkdirSync(folder, { recursive: true });
if (values.readme) mkdirSync(images, { recursive: true });
const faults: string[] = [];
for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [DESK, PHONE]) {
    const { context, page } = await openWindow(browser, url, faults, { colorScheme, viewport });
    for (const { name, path } of await places(url)) {
      await page.goto(path);
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
      const height = README_HEIGHTS.get(name);
      if (!values.readme || height === undefined || colorScheme === 'dark' || viewport !== DESK) continue;
      const clip = { x: 0, y: 0, width: viewport.width, height };
      await page.screenshot({ path: join(images, `portal-${name}.png`), fullPage: true, clip });
    }
    await context.close();
  }
}
await browser.close();
await demo.close();
console.log(`The pages are in ${folder}.`);
for (const fault of faults) console.log(fault);
