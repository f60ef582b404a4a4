/**
 * The frame of every page: name of the office, where to go, what kind of record this is. Where there is a portal, the page begins with it, and
 * what stands here is for browsers that run no script. No outside source either way.
 */
import { type Html, html, type Part } from './html.ts';
import type { PortalFiles } from './portal-files.ts';
import { STYLE_PATH } from './style.ts';

export interface Frame {
  readonly office: string;
  readonly origin: string;
  /** Name of the charter's zone. */
  readonly zone: string;
  readonly portal?: PortalFiles | undefined;
}

const NAVIGATION = [
  ['/', 'Overview'],
  ['/accounts', 'Accounts'],
  ['/entries', 'Records'],
] as const;

export function page(frame: Frame, { title, path, body }: { readonly title: string; readonly path: string; readonly body: Part }): Html {
  const links = NAVIGATION.map(([href, label]) => {
    const current = href === '/' ? path === '/' : path.startsWith(href);
    return current ? html`<a href="${href}" aria-current="page">${label}</a>` : html`<a href="${href}">${label}</a>`;
  });
  const style = html`<link rel="stylesheet" href="${STYLE_PATH}">`;
  const shown = plainBody(frame, links, body);
  const { portal } = frame;
  return html`<!doctype html>
<html lang="en" data-color-scheme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${frame.office}</title>
<link rel="icon" href="data:,">
${portal === undefined ? style : html`${portal.head}<noscript>${style}</noscript>`}
</head>
<body>
${portal === undefined ? shown : html`<div id="root"></div><noscript>${shown}</noscript>`}
</body>
</html>
`;
}

function plainBody(frame: Frame, links: readonly Html[], body: Part): Html {
  return html`<a class="skip" href="#content">Skip to the content</a>
<header class="top"><div class="inner">
<a class="office" href="/">${frame.office}<span>public record</span></a>
<nav aria-label="Main">${links}</nav>
</div></header>
<main id="content">${body}</main>
<footer><div class="inner">
<p>What is written here is written once. Later records can correct or annul it; none can remove it.</p>
<p>Times are in ${frame.zone}. <a href="/log/checkpoint">Newest stamp</a> · <a href="/log/policy">Whom to trust</a> · <a href="/developers">For developers</a></p>
</div></footer>`;
}

/** What is shown where nothing is. */
export function emptyPage(frame: Frame, path: string, title: string, text: string): Html {
  return page(frame, { title, path, body: html`<h1>${title}</h1><p class="lead">${text}</p><p><a href="/">Back to the overview</a></p>` });
}
