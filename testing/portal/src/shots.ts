/**
 * `npm run shots -- [FOLDER] [--data DIR]`: every page of the portal as a picture, at a desk and on a phone, in light and dark, of the
 * demo town's whole year. Axe does not see what is ugly; somebody must look.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { demoPlace, isFounded, writeFirstYear } from '@tabularium/demo';
import { DESK, launchChromium, openWindow, PHONE, settled } from './browser.ts';
import { places } from './places.ts';
import { buildPortal, openTown } from './town.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: 'data/demo' }, url: { type: 'string' } },
});
const folder = resolve(positionals[0] ?? 'shots');
const browser = await launchChromium();
if (typeof browser === 'string') throw new Error(browser);
const place = demoPlace(resolve(values.data));
buildPortal();
if (values.url === undefined && !isFounded(place)) await writeFirstYear(place).written;
const demo = values.url === undefined ? await openTown(place) : undefined;
const url = values.url ?? demo!.node.url;
mkdirSync(folder, { recursive: true });
const faults: string[] = [];
for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [DESK, PHONE]) {
    const { context, page } = await openWindow(browser, url, faults, { colorScheme, viewport });
    for (const { name, path } of await places(url)) {
      await page.goto(path);
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
}
await browser.close();
await demo?.close();
console.log(`The pages are in ${folder}.`);
for (const fault of faults) console.log(fault);
