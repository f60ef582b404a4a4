/** The server-rendered pages' door. */
export { LedgerWords, type Told } from './ledger-words.ts';
export { type Office, officeOf } from './office.ts';
export type { Losses, PageLedger, PageSource } from './page-source.ts';
export { PAGE_POLICY, type PageAnswer, Pages, PORTAL_POLICY } from './pages.ts';
export { PortalFiles } from './portal-files.ts';
export { Stories, type Story, type StoryLine } from './story.ts';
export { STYLE, STYLE_PATH } from './style.ts';
export { seenBy } from './witness-status.ts';
