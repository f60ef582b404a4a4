/** The server-rendered pages' door. */
export type { Losses, PageLedger, PageSource } from './page-source.ts';
export { PAGE_POLICY, type PageAnswer, Pages } from './pages.ts';
export { STYLE, STYLE_PATH } from './style.ts';
