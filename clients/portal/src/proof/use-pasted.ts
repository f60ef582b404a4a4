/** The proof that stands in the field, as text: what was changed in it, and whether it is what was checked last. */
import { useCallback, useState } from 'react';
import { tellDeed } from '../parts/deeds.ts';
import { type Given, readPasted } from './given.ts';
import { changeOneCharacter, type OneCharacter, putBack } from './one-character.ts';

export interface Pasted {
  readonly text: string;
  readonly changed: OneCharacter | undefined;
  /** What was checked last is this text, and no file. */
  readonly isChecked: boolean;
  readonly type: (text: string) => void;
  readonly check: (text: string) => void;
  readonly change: () => void;
  readonly putBack: () => void;
  /** Something else is checked now. */
  readonly leave: () => void;
}

export function usePasted(take: (given: Given) => Promise<void>): Pasted {
  const [text, setText] = useState('');
  const [changed, setChanged] = useState<OneCharacter>();
  const [isChecked, setChecked] = useState(false);
  const check = useCallback(
    (given: string, one?: OneCharacter): void => {
      setText(given);
      setChanged(one);
      setChecked(given.trim() !== '');
      void readPasted(given).then(take);
    },
    [take],
  );
  const leave = useCallback(() => setChecked(false), []);
  return {
    ...{ text, changed, isChecked, check, leave },
    type: (typed) => {
      setText(typed);
      setChanged(undefined);
      leave();
    },
    change: () => {
      const one = changeOneCharacter(text);
      if (one === undefined) return;
      check(one.text, one);
      tellDeed('changed');
    },
    putBack: () => {
      if (changed !== undefined) check(putBack(changed));
    },
  };
}
