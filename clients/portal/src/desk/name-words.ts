/** Names of members and facts that no module declares as a code: the portal has the words for them itself. */
import { codeWords } from '../parts/said.tsx';
import type { MessageId, useWords } from '../words/use-words.ts';

const OWN: ReadonlyMap<string, MessageId> = new Map([
  ['asked', 'desk.name-asked'],
  ['available', 'desk.name-available'],
  ['change', 'desk.name-change'],
]);

export function nameWords(name: string, say: ReturnType<typeof useWords>): string {
  const own = OWN.get(name);
  return own === undefined ? codeWords(name) : say(own);
}
