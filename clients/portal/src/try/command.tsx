/** Lines for a terminal or an editor, and one click to have them there. */
import { Button } from '@digdir/designsystemet-react';
import { type ReactNode, useRef, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import './try.css';

interface CommandProps {
  /** What is copied. */
  readonly text: string;
  /** What it is. */
  readonly name: string;
  /** Long lines go on below; where a line break means something, they scroll. */
  readonly wraps?: boolean;
  /** The same text, with parts of it set apart. */
  readonly children?: ReactNode;
}

export function Command({ text, name, wraps = false, children = text }: CommandProps) {
  const say = useWords();
  const lines = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<boolean>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Over plain HTTP a page has no clipboard: mark the lines, so that the keys for copying do.
      if (lines.current !== null) getSelection()?.selectAllChildren(lines.current);
      setCopied(false);
    }
  };
  return (
    <div className="command" data-wraps={wraps}>
      <div className="bar">
        <span aria-hidden="true">{name}</span>
        <span role="status">{copied === undefined ? '' : say(copied ? 'try.copied' : 'try.marked')}</span>
        <Button variant="secondary" data-size="sm" onClick={() => void copy()}>
          {say('try.copy')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard. */}
      {/* biome-ignore lint/a11y/useSemanticElements: a page has many of them, too many for landmarks; and it is no set of fields. */}
      <div className="lines" role="group" tabIndex={0} aria-label={name}>
        <pre ref={lines}>{children}</pre>
      </div>
    </div>
  );
}
