/** A record by its title, with its number small below; by its number alone where it has no title. */
import type { ReactNode } from 'react';
import type { Title } from '../data/titles.ts';
import { useWords } from '../words/use-words.ts';

export function titleWords(title: Title, withdrawn: string): string {
  return title === 'withdrawn' ? withdrawn : title.text;
}

/** `children`: the number. The title becomes what `link` makes of it. */
export function Titled({
  title,
  link,
  children,
}: {
  title: Title | undefined;
  link: (inner: ReactNode) => ReactNode;
  children: ReactNode;
}) {
  const say = useWords();
  if (title === undefined) return <>{link(children)}</>;
  return (
    <>
      {link(titleWords(title, say('title.withdrawn')))}
      <span className="sub">{children}</span>
    </>
  );
}
