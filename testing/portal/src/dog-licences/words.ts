/** What the house's modules are called in other languages, and the new one beside them. */
import { moduleWords as house } from '@tabularium/catalogue/words';
import es from './es.json' with { type: 'json' };

export type { DeclaredWords } from '@tabularium/catalogue/words';
export const moduleWords = { es: { ...house.es, dogs: es } };
