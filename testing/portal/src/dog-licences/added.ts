/**
 * Loaded before anything else (`node --import`), in each thread of a process: whoever asks for the catalogue gets the one with the new module.
 * So a whole node runs as it would with one more line in `modules/catalogue`, and no line of it is changed.
 */
import { registerHooks } from 'node:module';

const OURS: ReadonlyMap<string, string> = new Map(
  (
    [
      ['@tabularium/catalogue', './catalogue.ts'],
      ['@tabularium/catalogue/words', './words.ts'],
    ] as const
  ).map(([house, own]) => [house, new URL(own, import.meta.url).href]),
);

registerHooks({
  resolve(specifier, context, next) {
    const own = OURS.get(specifier);
    return own === undefined || context.parentURL === own ? next(specifier, context) : { url: own, shortCircuit: true };
  },
});
