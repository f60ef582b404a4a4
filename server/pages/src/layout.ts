/**
 * The frame of every page: name of the office, where to go, what kind of record this is. Where there is a portal, what stands here is read
 * until the portal has something to show, and by browsers that run no script. No outside source either way.
 */
import { isTrainingOrigin } from '@tabularium/log';
import { Html, html, type Part } from './html.ts';
import type { PortalFiles } from './portal-files.ts';
import type { Saying } from './saying.ts';
import { STYLE, STYLE_PATH } from './style.ts';

export interface Frame {
  readonly office: string;
  readonly origin: string;
  /** Name of the charter's zone. */
  readonly zone: string;
  readonly portal?: PortalFiles | undefined;
  readonly saying: Saying;
}

const NAVIGATION = [
  ['/', 'Overview'],
  ['/accounts', 'Accounts'],
  ['/entries', 'Records'],
] as const;

interface PageParts {
  readonly title: string | Html;
  readonly path: string;
  readonly body: Part;
  /** What stands here is all that there is to say; otherwise the portal says more, and this is for browsers without scripts. */
  readonly isWhole: boolean;
}

export function page(frame: Frame, { title, path, body, isWhole }: PageParts): Html {
  const links = NAVIGATION.map(([href, label]) => {
    const current = href === '/' ? path === '/' : path.startsWith(href);
    const name = frame.saying.say(label);
    return current ? html`<a href="${href}" aria-current="page">${name}</a>` : html`<a href="${href}">${name}</a>`;
  });
  const shown = plainBody(frame, links, body);
  const { head, content } = withPortal(frame, shown, isWhole);
  return html`<!doctype html>
<html lang="${frame.saying.tongue.language}" data-color-scheme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${frame.office}</title>
<link rel="icon" href="data:,">
${head}
</head>
<body>
${content}
</body>
</html>
`;
}

/** The portal takes over from `#plain` when it has something to show (`clients/portal/src/take-over.ts`). */
function withPortal({ portal }: Frame, shown: Html, isWhole: boolean): { readonly head: Html; readonly content: Html } {
  const link = html`<link rel="stylesheet" href="${STYLE_PATH}">`;
  if (portal === undefined) return { head: link, content: shown };
  if (!isWhole) {
    return { head: html`${portal.head}<noscript>${link}</noscript>`, content: html`<div id="root"></div><noscript>${shown}</noscript>` };
  }
  // In the page itself: who reads on a slow line does not wait for another answer.
  return {
    head: html`<style id="plain-style">${new Html(STYLE)}</style>${portal.lateHead}`,
    content: html`<div id="plain">${shown}</div><div id="root"></div>`,
  };
}

function plainBody(frame: Frame, links: readonly Html[], body: Part): Html {
  const { say } = frame.saying;
  const training = html`<aside class="training">${say('TEST: a training record with invented people. Nothing here has an effect.')}</aside>`;
  return html`<a class="skip" href="#content">${say('Skip to the content')}</a>
${isTrainingOrigin(frame.origin) ? training : ''}<header class="top"><div class="inner">
<a class="office" href="/">${frame.office}<span>${say('public record')}</span></a>
<nav aria-label="${say('Main')}">${links}</nav>
</div></header>
<main id="content">${body}</main>
<footer><div class="inner">
<p>${say('What is written here is written once. Later records can correct or annul it; none can remove it.')}</p>
<p>${say('Times are in {zone}.', { zone: frame.zone })} <a href="/log/checkpoint">${say('Newest stamp')}</a> · <a href="/log/policy">${say('Whom to trust')}</a> · <a href="/developers">${say('For developers')}</a> · <a href="/accessibility">${say('Accessibility')}</a></p>
</div></footer>`;
}

/** What is shown where nothing is. */
export function emptyPage(frame: Frame, path: string): Html {
  const { say } = frame.saying;
  const title = say('Not in the record');
  const text = say('Nothing stands here. If you were given this address, check it letter by letter.');
  const body = html`<h1>${title}</h1><p class="lead">${text}</p><p><a href="/">${say('Back to the overview')}</a></p>`;
  return page(frame, { title, path, isWhole: true, body });
}
