/** What somebody has just done, told where it is done: the demo's guide listens, and where there is none nobody does. */

export type Deed = 'signed' | 'refused' | 'changed';

const DEED = 'tabularium-deed';

export function tellDeed(deed: Deed): void {
  dispatchEvent(new CustomEvent<Deed>(DEED, { detail: deed }));
}

/** Answers how to end it. */
export function onDeed(listener: (deed: Deed) => void): () => void {
  const hear = (event: Event): void => listener((event as CustomEvent<Deed>).detail);
  addEventListener(DEED, hear);
  return () => removeEventListener(DEED, hear);
}
