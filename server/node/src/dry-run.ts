/**
 * `POST /api/v1/check`: what would become of an act signed by this key, at this moment. The machine decides it on top of the newest state
 * and everything is thrown away; no signature is needed and none is claimed.
 */
import type { CheckRequest, LedgerDoor } from '@tabularium/api';
import type { Machine, ModuleDefinition, StateReader } from '@tabularium/kernel';
import { checkPayload, type JsonObject, makeBodyChecker } from '@tabularium/protocol';
import { amendmentWarnings } from './charter-warnings.ts';

export interface DryRunOptions {
  readonly machine: Machine;
  readonly state: StateReader;
  readonly catalogue: readonly ModuleDefinition[];
  /** Origin. */
  readonly ledger: string;
  /** Of the newest block. */
  readonly height: number;
  /** ms UTC. */
  readonly time: number;
}

/** Stands in for the id that a signer would choose. */
const ANY_ID = '0'.repeat(26);
const VALID_SECONDS = 60;

export function dryRun(request: CheckRequest, options: DryRunOptions): ReturnType<LedgerDoor['check']> {
  const { signer, changes: withChanges = false, ...act } = request;
  const { machine, state, catalogue, ledger, height, time } = options;
  const exp = Math.floor(time / 1_000) + VALID_SECONDS;
  const checked = checkPayload({ ...act, ledger, id: ANY_ID, exp } as unknown as JsonObject);
  if (!checked.ok) return { kind: 'malformed', code: checked.code, detail: checked.detail };
  const { payload } = checked;
  const dot = payload.action.indexOf('.');
  const schema = catalogue.find(({ name }) => name === payload.action.slice(0, dot))?.actions[payload.action.slice(dot + 1)]?.body;
  const fits = schema === undefined ? undefined : makeBodyChecker(schema)(payload.body);
  if (fits?.ok === false) return { kind: 'malformed', code: 'body-invalid', detail: `body${fits.path} ${fits.message}` };
  const kind = machine.key(signer, state)?.kind ?? 'es256';
  const claim = { kid: signer, kind, payload };
  const at = { time, height: height + 1 };
  const verdict = machine.check(claim, state, at);
  const changes = withChanges && verdict.kind === 'accepted' ? { changes: machine.changes(claim, state, at) } : {};
  const warnings = amendmentWarnings(payload.action, payload.body, { state, catalogue, height: height + 1, time });
  return { ...verdict, ...changes, ...(warnings.length === 0 ? {} : { warnings }) };
}
