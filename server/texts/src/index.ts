/** The public text store's door. */
export { type FoundText, openTexts, type Texts, TextsBusy, type TextsOptions, type Withdrawal } from './texts.ts';
