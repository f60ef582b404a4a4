/** One of many, by seeking it (ARIA 1.2, combobox with a list): arrows go through the list, Enter takes one, Escape closes. */
import { Input } from '@digdir/designsystemet-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useWords } from '../words/use-words.ts';

interface ComboboxProps<T> {
  readonly id: string;
  readonly label: string;
  /** What stands in the box while nobody seeks. */
  readonly shown: string;
  /** What is typed in the box; undefined while nobody seeks. */
  readonly sought: string | undefined;
  /** Undefined while they are on their way. */
  readonly rows: readonly T[] | undefined;
  readonly isInvalid: boolean;
  readonly row: (one: T) => ReactNode;
  readonly onSeek: (sought: string | undefined) => void;
  readonly onChoose: (one: T) => void;
}

export function Combobox<T extends { readonly id: string }>(props: ComboboxProps<T>) {
  const { id, label, shown, sought, rows, isInvalid, row, onSeek, onChoose } = props;
  const say = useWords();
  const [active, setActive] = useState(0);
  const isOpen = sought !== undefined;
  const count = rows?.length ?? 0;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (!isOpen) onSeek('');
      else if (count > 0) setActive((active + step + count) % count);
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      const one = rows?.[active];
      if (one !== undefined) onChoose(one);
    } else if (event.key === 'Escape') onSeek(undefined);
  };
  return (
    <>
      <Input
        id={id}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-rows`}
        aria-autocomplete="list"
        aria-invalid={isInvalid}
        {...(isOpen && count > 0 ? { 'aria-activedescendant': `${id}-${active}` } : {})}
        autoComplete="off"
        spellCheck={false}
        value={sought ?? shown}
        onFocus={({ target }) => target.select()}
        onClick={() => isOpen || onSeek('')}
        onChange={({ target }) => {
          onSeek(target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => onSeek(undefined)}
      />
      {isOpen && (
        <div id={`${id}-rows`} className="rows-to-pick" role="listbox" aria-label={label}>
          {rows?.map((one, n) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input above takes the keys.
            <div
              key={one.id}
              id={`${id}-${n}`}
              role="option"
              tabIndex={-1}
              aria-selected={n === active}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(one)}
            >
              {row(one)}
            </div>
          ))}
          {count === 0 && (
            <div role="option" tabIndex={-1} aria-selected={false} aria-disabled="true">
              {say(rows === undefined ? 'waiting' : 'form.none-found')}
            </div>
          )}
        </div>
      )}
    </>
  );
}
