/**
 * The page that the node wrote is read until the portal has something to show: on a slow phone that is a second or two, in which nobody
 * looks at nothing. Where the node wrote none that this reader could read, the portal begins at once.
 */

/** An answer that does not come is shown to be waited for. */
const PATIENCE_MS = 6_000;
/** Laid out as it will be, and not seen. */
const HIDDEN = 'position:absolute;inset-inline:0;height:0;overflow:hidden;visibility:hidden';

export async function takeOver(root: HTMLElement, render: () => void): Promise<void> {
  const plain = document.getElementById('plain');
  if (plain === null) return render();
  root.style.cssText = HIDDEN;
  render();
  await hasSomethingToShow(root);
  await putStylesInForce();
  document.getElementById('plain-style')?.remove();
  plain.remove();
  root.removeAttribute('style');
}

function hasSomethingToShow(root: HTMLElement): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (root.querySelector('main h1') === null || root.querySelector('main .waiting') !== null) return;
      done();
    };
    const done = (): void => {
      observer.disconnect();
      clearTimeout(late);
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(root, { childList: true, subtree: true });
    const late = setTimeout(done, PATIENCE_MS);
    look();
  });
}

async function putStylesInForce(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link.portal-style')];
  const there = links.map(
    (link) =>
      link.sheet ??
      new Promise((resolve) => ['load', 'error'].forEach((told) => void link.addEventListener(told, resolve, { once: true }))),
  );
  await Promise.all(there);
  for (const link of links) link.media = 'all';
}
