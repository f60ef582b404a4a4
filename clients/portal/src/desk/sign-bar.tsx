/**
 * Where one signs: at the foot of the window and always of one height, so that nothing which appears while somebody types, or while the rules
 * are asked, moves the button from under the pointer.
 */
import type { ReactNode } from 'react';

interface SignBarProps {
  /** The button. */
  readonly children: ReactNode;
  /** What the rules say just now, in a few words. */
  readonly status: ReactNode;
  /** The way to what is told above. */
  readonly more?: ReactNode;
}

export function SignBar({ children, status, more }: SignBarProps) {
  return (
    <div className="sign-bar">
      <div className="inner">
        {children}
        <div className="note">
          <span role="status">{status}</span> {more}
        </div>
      </div>
    </div>
  );
}
