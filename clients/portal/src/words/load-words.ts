/** The portal's words in one language: a catalogue of messages by id (ICU MessageFormat), loaded alone. */
import { type I18n, i18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';

/** Languages that are complete, with the name that each calls itself. */
export const LANGUAGES = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

/** Of the cookie: the node, too, begins a page in the language that was chosen. */
const CHOSEN = 'language';
const A_YEAR_SECONDS = 31_536_000;
const CATALOGUES: Readonly<Record<Language, () => Promise<{ readonly default: Readonly<Record<string, string>> }>>> = {
  en: () => import('./en.json'),
  es: () => import('./es.json'),
};

/** Pseudo-locales of CLDR, which no browser has unless a test sets it, and the way they run. */
const PSEUDO: ReadonlyMap<string, 'ltr' | 'rtl'> = new Map([
  ['en-XA', 'ltr'],
  ['ar-XB', 'rtl'],
]);

/** What codes are called lies among the messages, under this prefix. */
export const CODE = 'code:';

/** Modules' codes in another language than the one they are made of; none where the node cannot be asked, for words are not worth a blank page. */
async function codesIn(language: Language): Promise<Readonly<Record<string, string>>> {
  if (language === 'en') return {};
  const response = await fetch('/api/v1/words', { headers: { 'accept-language': language } }).catch(() => undefined);
  if (response?.ok !== true) return {};
  const { codes } = (await response.json()) as { readonly codes: Readonly<Record<string, string>> };
  return Object.fromEntries(Object.entries(codes).map(([code, word]) => [CODE + code, word]));
}

export async function loadWords(language: Language = preferred()): Promise<I18n> {
  i18n.setMessagesCompiler(compileMessage);
  const [{ default: messages }, codes] = await Promise.all([CATALOGUES[language](), codesIn(language)]);
  const pseudo = PSEUDO.has(navigator.language) ? (await import('./pseudo.ts')).pseudoMessages(messages) : messages;
  i18n.load(language, { ...pseudo, ...codes });
  i18n.activate(language);
  document.documentElement.lang = language;
  document.documentElement.dir = PSEUDO.get(navigator.language) ?? 'ltr';
  return i18n;
}

export async function chooseLanguage(language: Language): Promise<void> {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not there in every browser, nor over plain HTTP.
  document.cookie = `${CHOSEN}=${language}; path=/; max-age=${A_YEAR_SECONDS}; samesite=lax`;
  await loadWords(language);
}

function preferred(): Language {
  const chosen = new RegExp(`(?:^|; )${CHOSEN}=([a-z]{2})`).exec(document.cookie)?.[1];
  const wanted = [chosen, ...navigator.languages].map((one) => one?.slice(0, 2));
  return (wanted.find((one) => one !== undefined && Object.hasOwn(LANGUAGES, one)) as Language | undefined) ?? 'en';
}
