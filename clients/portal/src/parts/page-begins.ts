/** A new page begins at its content for whoever goes by keyboard or ear, and the window is called what the page's heading says. */
import { useLocation } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef } from 'react';

/** For the element that holds every page. */
export function usePageBegins(office: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const begun = useRef(path);
  useEffect(() => {
    if (begun.current === path) return;
    begun.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);
  useEffect(() => {
    if (main.current === null) return;
    const { current } = main;
    const name = (): void => {
      const heading = current.querySelector('h1')?.textContent;
      if (heading !== undefined && heading !== '') document.title = `${heading} · ${office}`;
    };
    // A heading comes with what it is about, and changes with the language.
    const observer = new MutationObserver(name);
    observer.observe(current, { childList: true, subtree: true, characterData: true });
    name();
    return () => observer.disconnect();
  }, [office]);
  return main;
}
