/** Webhooks: a ledger's happenings, sent to addresses that its operator named. */

export { ledgerFeed } from './ledger-feed.ts';
export { AddressUnfit, type AddWebhook, checkAddress } from './receiver-address.ts';
export {
  type DeadLetter,
  LETTERS_MAX,
  SUBSCRIPTIONS_MAX,
  type Subscription,
  TooManyWebhooks,
  WEBHOOKS_FILE,
  WebhookBook,
} from './webhook-book.ts';
export { openWebhooks, type Webhooks } from './webhooks.ts';
