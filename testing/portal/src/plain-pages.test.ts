/** A node without its portal: the plain pages are all there is, in English and Spanish, at a desk and on a phone, in light and dark. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { openSmallTown } from '@tabularium/demo';
import { DESK, PHONE } from './browser.ts';
import { places } from './places.ts';
import { Rig } from './rig.ts';

const STEPS = 1_500;
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
/** Of all places, those that say something without scripts. */
const PLAIN = ['home', 'money', 'records', 'entry', 'record', 'charter', 'stamp', 'accessibility', 'not-here'];

describe('plain pages', { timeout: 180_000 }, () => {
  const rig = new Rig(
    async (work) => {
      const { node } = await openSmallTown(work, { steps: STEPS });
      return { node, close: () => node.close() };
    },
    { expected: /\/entries\/999999999: Failed to load resource/ },
  );

  for (const [viewport, locale, heading] of [
    [PHONE, 'es-ES', 'El registro público de Vellmere'],
    [DESK, 'en-GB', 'The public record of Vellmere'],
  ] as const) {
    rig.seen(
      `at ${viewport.width} px, in ${locale}: nothing is wider than the screen or its card, and axe finds nothing`,
      async ({ page }) => {
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        const found: string[] = [];
        for (const { name, path } of (await places(rig.url)).filter((place) => PLAIN.includes(place.name))) {
          await page.goto(path);
          assert.equal(await page.evaluate('document.documentElement.lang'), locale.slice(0, 2));
          const width = await page.evaluate('document.documentElement.scrollWidth');
          if (width !== viewport.width) found.push(`${name} is ${width} px wide`);
          const wide = await page.evaluate(
            `[...document.querySelectorAll('.card')].filter((card) => card.scrollWidth > card.clientWidth).length`,
          );
          if (wide !== 0) found.push(`${name}: ${wide} cards hold what is wider than they are`);
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            const axe = new AxeBuilder({ page }).setLegacyMode();
            // The dark differ by their colours alone.
            const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(COLOUR_RULES)).analyze();
            for (const { id, nodes } of violations) found.push(`${name}, ${colorScheme}: ${id} at ${nodes[0]?.html}`);
          }
        }
        assert.deepEqual(found, []);
      },
      { viewport, locale },
    );
  }
});
