/** How a part of a page says something: by the id of a message, in the language that is in force. */
import { useLingui } from '@lingui/react';
import type en from './en.json';

export type MessageId = keyof typeof en;
export type Say = (id: MessageId, values?: Readonly<Record<string, unknown>>) => string;

export function useWords(): Say {
  const { i18n } = useLingui();
  return (id, values) => i18n._(id, values === undefined ? undefined : { ...values });
}

/** The language in force, for numbers, money and days. */
export function useLanguage(): string {
  return useLingui().i18n.locale;
}
