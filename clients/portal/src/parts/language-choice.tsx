/** One button for each language that is not in force. */
import { useQueryClient } from '@tanstack/react-query';
import { chooseLanguage, LANGUAGES, type Language } from '../words/load-words.ts';
import { useLanguage } from '../words/use-words.ts';

export function LanguageChoice() {
  const current = useLanguage();
  const queries = useQueryClient();
  // What was read is told in the language before.
  const choose = async (language: Language): Promise<void> => {
    await chooseLanguage(language);
    await queries.invalidateQueries();
  };
  return (
    <>
      {Object.entries(LANGUAGES)
        .filter(([code]) => code !== current)
        .map(([code, name]) => (
          <button key={code} type="button" lang={code} className="plain" onClick={() => void choose(code as Language)}>
            {name}
          </button>
        ))}
    </>
  );
}
