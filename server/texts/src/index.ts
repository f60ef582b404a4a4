/** The public text store's door. */
export { type FindStands, type TextHit, TextIndex, type TextStand } from './text-index.ts';
export type { ListedText, TextList, TextPlace } from './text-list.ts';
export { type FoundText, openTexts, type SpreadText, type Texts, TextsBusy, type TextsOptions, type Withdrawal } from './texts.ts';
