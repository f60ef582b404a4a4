/** The server-rendered pages' door. */
export type { Losses, PageLedger, PageSource } from './page-source.ts';
export { PAGE_POLICY, type PageAnswer, Pages, PORTAL_POLICY } from './pages.ts';
export { PortalFiles } from './portal-files.ts';
export { STYLE, STYLE_PATH } from './style.ts';
export { type Telling, tellingOf } from './telling.ts';
export { Tongue } from './tongue.ts';
