/**
 * The calls of CometBFT's RPC (JSON-RPC 2.0) that one node may make of another: those its light client reads with. Whatever goes on to
 * CometBFT is written anew from the parts that were read here, so that two readers of one text can not come to two methods.
 */

/** A closed list; none of them changes anything. */
export const COMET_METHODS = [
  'block',
  'block_results',
  'commit',
  'consensus_params',
  'genesis',
  'header',
  'health',
  'status',
  'validators',
] as const;
export type CometMethod = (typeof COMET_METHODS)[number];

export interface CometCall {
  readonly jsonrpc: '2.0';
  readonly id: number | string;
  readonly method: CometMethod;
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
}

export type CometCallResult =
  | { readonly ok: true; readonly call: CometCall }
  | { readonly ok: false; readonly code: 'call-malformed' | 'method-refused' };

/** Reads one call. A batch is no call. */
export function readCometCall(text: string): CometCallResult {
  const value = parse(text);
  if (!isObject(value)) return { ok: false, code: 'call-malformed' };
  const { jsonrpc, id, method, params = {} } = value;
  if (jsonrpc !== '2.0' || !isId(id) || typeof method !== 'string' || !areFlat(params)) return { ok: false, code: 'call-malformed' };
  if (!isCometMethod(method)) return { ok: false, code: 'method-refused' };
  return { ok: true, call: { jsonrpc, id, method, params } };
}

function isCometMethod(method: string): method is CometMethod {
  return (COMET_METHODS as readonly string[]).includes(method);
}

function isId(id: unknown): id is number | string {
  return typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id));
}

/** No call nests its parameters; what a peer nests deeply could be read and not be written again. */
function areFlat(params: unknown): params is CometCall['params'] {
  return isObject(params) && Object.values(params).every((one) => one === null || ['string', 'number', 'boolean'].includes(typeof one));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
