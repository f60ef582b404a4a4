/**
 * A language that nobody speaks (the pseudo-locales `en-XA` and, from right to left, `ar-XB`): every message longer, with accents and in
 * brackets, so that a test sees what is cut, what breaks, and what was written into the page past the catalogue.
 */
import { type CompiledMessage, compileMessage } from '@lingui/message-utils/compileMessage';

const ACCENTED: Readonly<Record<string, string>> = { a: 'áá', e: 'éé', i: 'î', o: 'öö', u: 'û', A: 'Å', E: 'É', I: 'Î', O: 'Ö', U: 'Û' };

export function pseudoMessages(messages: Readonly<Record<string, string>>): Record<string, CompiledMessage> {
  return Object.fromEntries(
    Object.entries(messages).map(([id, message]) => {
      const compiled = compileMessage(message);
      const tokens = typeof compiled === 'string' ? [compiled] : compiled;
      return [id, ['⟦', ...tokens.map(lengthened), '⟧'] as CompiledMessage];
    }),
  );
}

/** Text is made longer; names of values stay, and so do the choices of a plural, whose texts do not. */
function lengthened(token: unknown): unknown {
  if (typeof token === 'string') return token.replaceAll(/[aeiouAEIOU]/g, (vowel) => ACCENTED[vowel] as string);
  if (!Array.isArray(token)) return token;
  const [name, kind, choices] = token as [string, string?, unknown?];
  if (typeof choices !== 'object' || choices === null) return token;
  return [
    ...[name, kind],
    Object.fromEntries(
      Object.entries(choices).map(([choice, texts]) => [
        choice,
        choice === 'offset' ? texts : Array.isArray(texts) ? texts.map(lengthened) : lengthened(texts),
      ]),
    ),
  ];
}
