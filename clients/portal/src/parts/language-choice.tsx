/** One button for each language that is not in force. */
import { chooseLanguage, LANGUAGES, type Language } from '../words/load-words.ts';
import { useLanguage } from '../words/use-words.ts';

export function LanguageChoice() {
  const current = useLanguage();
  return (
    <>
      {Object.entries(LANGUAGES)
        .filter(([code]) => code !== current)
        .map(([code, name]) => (
          <button key={code} type="button" lang={code} className="plain" onClick={() => void chooseLanguage(code as Language)}>
            {name}
          </button>
        ))}
    </>
  );
}
