/** Text of the description, in which what stands between backticks is code. */
import { Fragment } from 'react';

export function WithCode({ text }: { readonly text: string }) {
  return text.split('`').map((part, nth) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text that never changes.
    nth % 2 === 1 ? <code key={nth}>{part}</code> : <Fragment key={nth}>{part}</Fragment>,
  );
}
