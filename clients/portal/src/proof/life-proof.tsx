/** On the page of a record's life: whether what is told of it as it stands is what the proven record says. */
import type { JsonObject } from '@tabularium/protocol';
import type { Life } from '../data/stories.ts';
import { codeWords } from '../parts/said.tsx';
import { SaidWords } from '../parts/told.tsx';
import { saidOtherwise } from './as-proven.ts';
import { FactProof } from './fact-proof.tsx';

/** Told as tags, beside the record itself. */
const TAGS = ['state', 'standing', 'order'] as const;

export function LifeProof({ stateKey, stands }: { readonly stateKey: string; readonly stands: Life['stands'] }) {
  const told = [
    ...(stands?.told ?? []),
    ...TAGS.map((tag) => ({ label: codeWords(tag), as: 'code' as const, value: stands?.[tag] ?? '' })).filter(({ value }) => value !== ''),
  ];
  return (
    <FactProof
      stateKey={stateKey}
      holds="fact.stands"
      isShown={stands !== undefined}
      compare={(record) =>
        saidOtherwise(stateKey, told, stands?.record as JsonObject, record).map(({ label, here, proven }) => ({
          label: codeWords(label),
          here: <SaidWords told={here} />,
          ...(proven === undefined ? {} : { proven: <SaidWords told={proven} /> }),
        }))
      }
    />
  );
}
