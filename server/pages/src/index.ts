/** The server-rendered pages' door. */
export type { LedgerWords, Told } from './ledger-words.ts';
export type { Losses, PageLedger, PageSource } from './page-source.ts';
export { PAGE_POLICY, type PageAnswer, Pages, PORTAL_POLICY } from './pages.ts';
export { codeWords, dayIn, shortId } from './plain-words.ts';
export { PortalFiles } from './portal-files.ts';
export type { Story } from './story.ts';
export { STYLE, STYLE_PATH } from './style.ts';
export { type Telling, tellingOf } from './telling.ts';
export { Tongue } from './tongue.ts';
