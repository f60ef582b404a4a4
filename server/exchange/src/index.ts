/** The exchange's door: what the nodes of one ledger say to each other. */
export { COMET_METHODS, type CometCall, type CometMethod } from './comet-call.ts';
export {
  type Agreed,
  type BookCharter,
  type BookNode,
  CosignatureBook,
  type CosignatureBookOptions,
  type Received,
} from './cosignature-book.ts';
export type { Evidence } from './evidence.ts';
export { ExchangeClient, type ExchangeClientOptions, type ExchangePeer } from './exchange-client.ts';
export type { ChangedKey, ExchangeDoor } from './exchange-door.ts';
export { ExchangeError, type ExchangeErrorCode } from './exchange-error.ts';
export { type RunningExchange, type ServeExchangeOptions, serveExchange } from './exchange-server.ts';
export { type FirstContact, type FirstContactOptions, firstContact } from './first-contact.ts';
export { type ForwardRpcOptions, forwardRpc, type RpcForwarder } from './forward-rpc.ts';
export { type CheckpointPusher, type PushCheckpointsOptions, pushCheckpoints } from './push-checkpoints.ts';
export { TEXTS_AT_ONCE, type TextPage, type TextsAnswer } from './text-exchange.ts';
export { loadTlsIdentity, makeTlsIdentity, pinOf, saveTlsIdentity, type TlsIdentity } from './tls-identity.ts';
