/**
 * What the tests of this room stand on: the API over the real thing. A founded town on the embedded engine, with store, machine, texts and
 * projections, is asked over HTTP; the tests check what it answers with core's own verifiers, as a stranger would.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindings, catalogue } from '@tabularium/catalogue';
import { generateEs256, generateNodeKeys, nodeCrypto, nodeSigner, nodeVkeys, signEs256 } from '@tabularium/crypto';
import { type EmbeddedEngine, openEmbeddedEngine } from '@tabularium/engine-embedded';
import type { Admission, Storage } from '@tabularium/engine-port';
import { initialise } from '@tabularium/engine-port/genesis';
import { type Charter, cosignerName, encodeCharter, genesis, Machine, makeCharter } from '@tabularium/kernel';
import { openProjections, type Projections } from '@tabularium/projections';
import {
  discloseBody,
  encodeBase64,
  encodeTransaction,
  type JsonObject,
  joinSubmission,
  jwkToPoint,
  makeRefusalNotice,
  makeUlid,
  type PublicJwk,
  parseTransaction,
  thumbprint,
  toHex,
  verifyTransaction,
} from '@tabularium/protocol';
import {
  demoCharterDraft,
  foundingSteps,
  foundingTime,
  OFFICERS,
  type SignedStep,
  type SigningKey,
  signSteps,
  townYear,
} from '@tabularium/scenarios';
import { openSqliteStorage, type SqliteStorage } from '@tabularium/store';
import { openTexts, type Texts } from '@tabularium/texts';
import { openFolderKeys, openVault, type Vault } from '@tabularium/vault';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { buildApi } from './build-api.ts';
import { logSerializers } from './http-server.ts';
import type { LedgerDoor } from './ledger-door.ts';

const YEAR = 2025;
/** The founding and the budget, some commitments and payments: enough for each kind of record, and for more than one tile. */
export const STEPS = 400;
export const ACCEPT_WAIT_MS = 30_000;

export interface Town {
  readonly dir: string;
  readonly base: string;
  readonly app: FastifyInstance;
  readonly engine: EmbeddedEngine;
  readonly storage: SqliteStorage;
  readonly projections: Projections;
  readonly texts: Texts;
  readonly vault: Vault;
  readonly door: LedgerDoor;
  readonly origin: string;
  readonly charter: Charter;
  readonly noticeKey: PublicJwk;
  readonly keyOf: (officer: string) => SigningKey;
  /** The year's first steps, told one by one over HTTP. */
  readonly told: { readonly step: SignedStep; readonly status: number; readonly answer: Record<string, unknown> }[];
  readonly log: string[];
  /** Block time. */
  now: number;
  /** Set, submissions wait for it before they reach the engine. */
  gate: Promise<void> | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the body is no JSON. */
  readonly json: Record<string, unknown>;
}

export interface Made {
  readonly text: string;
  readonly name: string;
  readonly id: string;
  readonly kid: string;
}

/** A running town with the ways to ask it. Whoever opens it closes it. */
export interface TownRig extends Requests, Transactions {
  readonly town: Town;
  close(): Promise<void>;
}

export interface TownChoices {
  readonly log?: Charter['log'];
  /** How many steps of the year are told. */
  readonly steps?: number;
}

/** Founds a town and tells it the first steps of its year. What was opened is closed again when opening fails half-way. */
export async function openTown({ log = 'public', steps = STEPS }: TownChoices = {}): Promise<TownRig> {
  const undo: Undo = [];
  const close = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const town = await foundTown(undo, log);
    await tellSteps(town, steps);
    const requests = requestsTo(town);
    return { town, ...requests, ...transactionsOf(town, requests), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Undone in reverse order: what is left running would hold up the whole run. */
type Undo = (() => unknown)[];

async function foundTown(undo: Undo, openTo: Charter['log']): Promise<Town> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-api-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  const everyday = new Map<string, SigningKey>();
  const officers = Object.fromEntries(
    OFFICERS.map(({ code }) => {
      const [first, second] = [generateEs256(), generateEs256()];
      everyday.set(code, { kid: thumbprint(first.jwk, nodeCrypto), sign: signEs256(first.privateKey) });
      return [code, [first, second].map(({ jwk }) => ({ kind: 'es256' as const, jwk }))];
    }),
  );
  const keys = generateNodeKeys();
  const nodes = {
    hall: {
      agency: 'vellmere',
      log: encodeBase64(keys.log.publicKey),
      cosigner: encodeBase64(keys.cosigner.publicKey),
      notice: keys.notice.jwk,
    },
  };
  const charter = makeCharter({ ...demoCharterDraft(YEAR, catalogue, { officers, nodes, witnesses: {} }), log: openTo }, nodeCrypto);
  const vkeys = nodeVkeys(keys, charter.origin, cosignerName(charter, 'hall'));
  const storage = openSqliteStorage(dir, { sha256: nodeCrypto.sha256 });
  undo.push(() => storage.close());
  const machine = new Machine({ catalogue, bindings, crypto: nodeCrypto });
  const signer = nodeSigner(keys);
  const clock = (): number => opened.now;
  const log: string[] = [];
  const opened = { dir, now: foundingTime(YEAR), gate: undefined, told: [], log: [] } as unknown as Town;
  const common = { storage, machine, crypto: nodeCrypto, origin: charter.origin, vkeys, signer, clock };
  initialise(common, {
    charterLeaf: encodeCharter(charter, nodeCrypto),
    time: opened.now,
    ...genesis(charter, opened.now, nodeCrypto),
  });
  const engine = openEmbeddedEngine({
    ...common,
    admit: async (batch) => batch.map((bytes) => admit(bytes, machine, storage)),
    keyOf: (kid) => machine.key(kid, storage)?.jwk,
    limits: { queueCount: 40 },
  });
  const texts = openTexts(dir, { isAccepted: (tx) => storage.findName(tx) !== undefined, withdrawals: [], nowSeconds: opened.now / 1000 });
  texts.list();
  const vault = await openVault({
    place: { dir },
    keys: openFolderKeys(join(dir, 'vault-keys')),
    origin: charter.origin,
    isAccepted: (tx) => storage.findName(tx) !== undefined,
    erasedCases: [],
    retentionMs: 35 * 86_400_000,
    nowMs: opened.now,
    settledSeconds: opened.now / 1000,
    report: (error) => void log.push(String(error)),
  });
  const projections = openProjections({
    dir,
    ledgerPath: join(dir, 'ledger.db'),
    texts: { texts: join(dir, 'texts.db'), index: join(dir, 'text-index.db'), nameCandidates: (name) => storage.nameCandidates(name) },
  });
  undo.push(
    () => engine.close(),
    () => projections.close(),
  );
  engine.onBlock(({ height }) => projections.notify(height));
  const door = doorOf(opened, {
    engine,
    storage,
    machine,
    origin: charter.origin,
    charter: new TextDecoder().decode(encodeCharter(charter, nodeCrypto)),
    vkey: vkeys.log,
    notice: keys.notice,
    sign: signer.signNotice,
  });
  const logger = pino({ level: 'trace', serializers: logSerializers }, { write: (line: string) => void log.push(line) });
  const app = await buildApi({ door, catalogue, projections, texts, vault, crypto: nodeCrypto, logger: logger as never, clock });
  undo.push(
    () => texts.close(),
    () => vault.close(),
    () => app.close(),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  Object.assign(opened, {
    base,
    app,
    engine,
    storage,
    projections,
    texts,
    vault,
    door,
    origin: charter.origin,
    charter,
    noticeKey: keys.notice.jwk,
    keyOf: (officer: string) => everyday.get(officer)!,
    log,
  });
  return opened;
}

/** The founding and the year's first steps, in order, over HTTP. */
async function tellSteps(town: Town, count: number): Promise<void> {
  const { base, storage, projections, origin, keyOf } = town;
  const [charter] = storage.leaves(0, 1);
  const digest = toHex(nodeCrypto.sha256(charter!));
  const steps = [...foundingSteps(YEAR, digest), ...townYear({ seed: 1, year: YEAR })].slice(0, count);
  for (const step of signSteps(steps, { ledger: origin, keyOf, catalogue, crypto: nodeCrypto, randomBytes })) {
    town.now = Math.max(town.now, step.step.at);
    const text = joinSubmission(new TextDecoder().decode(step.bytes), step.disclosures);
    const reply = await fetch(`${base}/api/v1/transactions?wait=${ACCEPT_WAIT_MS}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: text,
    });
    town.told.push({ step, status: reply.status, answer: (await reply.json()) as Record<string, unknown> });
  }
  assert.equal(await projections.waitFor(storage.head().height, 60_000), true, projections.failed);
}

function admit(bytes: Uint8Array, machine: Machine, storage: Storage): Admission {
  const parsed = parseTransaction(bytes, nodeCrypto);
  if (!parsed.ok) return { ok: false, kind: 'malformed', code: parsed.code, detail: parsed.detail };
  const { transaction } = parsed;
  const key = machine.key(transaction.kid, storage);
  const refused = (code: string): Admission => ({
    ok: false,
    kind: 'refused',
    transaction,
    refusal: { code: `kernel.${code}`, rule: 'kernel.signature' },
  });
  if (key === undefined) return refused('key-unknown');
  const point = jwkToPoint(key.jwk)!;
  return verifyTransaction(transaction, { kind: 'es256', point }, nodeCrypto) ? { ok: true, transaction } : refused('signature-invalid');
}

interface DoorParts {
  readonly engine: EmbeddedEngine;
  readonly storage: SqliteStorage;
  readonly machine: Machine;
  readonly origin: string;
  readonly charter: string;
  readonly vkey: string;
  readonly notice: { readonly jwk: PublicJwk };
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** The door as a node composes it, plus a gate that tests can close. */
function doorOf(opened: Town, { engine, storage, machine, origin, charter, vkey, notice, sign }: DoorParts): LedgerDoor {
  const kid = thumbprint(notice.jwk, nodeCrypto);
  return {
    origin,
    charter,
    vkey,
    submit: async (jws) => {
      await opened.gate;
      return await engine.submit(jws);
    },
    submitMany: (batch) => engine.submitMany(batch),
    check: ({ signer, changes = false, ...act }) => {
      const payload = { ledger: origin, id: '0'.repeat(26), exp: Math.floor(opened.now / 1000) + 60, ...act };
      const claim = { kid: signer, kind: 'es256', payload } as const;
      const at = { time: opened.now, height: storage.head().height + 1 };
      const verdict = machine.check(claim, storage, at);
      return changes && verdict.kind === 'accepted' ? { ...verdict, changes: machine.changes(claim, storage, at) } : verdict;
    },
    head: () => storage.head(),
    status: () => engine.status(),
    onBlock: (listener) => engine.onBlock(listener),
    placed: (name) => engine.placed(name),
    entriesNamed: (start) => storage.findNames(start),
    placedById: (signer, id) => {
      const index = storage.findId(signer, id, Math.floor(opened.now / 1000));
      const [leaf] = index === undefined ? [] : storage.leaves(index, index + 1);
      return leaf === undefined ? undefined : engine.placed(nameOf(leaf));
    },
    refusal: (name) => storage.findRefusal(name),
    refusalById: (signer, id) => storage.findRefusalById(signer, id),
    keepRefusals: (refusals) => storage.saveRefusals(refusals),
    signNotice: (said) => makeNotice(said, kid, sign),
    receipt: (of) => engine.receipt(of),
    receiptParts: (of) => engine.receiptParts(of),
    fact: (key) => engine.fact(key),
    record: (key) => storage.get(key),
    block: (height) => storage.block(height),
    blockOf: (index) => storage.blockOf(index),
    leaves: (from, to) => storage.leaves(from, to),
    events: (height) => [...storage.events(height, height)][0]?.events ?? [],
    checkpoint: () => engine.checkpoint(),
    policy: () => machine.policy(storage),
    tile: (level, index, width) => engine.tile(level, index, width),
    entries: (index, width) => engine.entries(index, width),
    losses: () => undefined,
  };
}

function makeNotice(said: Parameters<LedgerDoor['signNotice']>[0], kid: string, sign: (message: Uint8Array) => Uint8Array): string {
  return makeRefusalNotice(said, kid, sign);
}

function nameOf(jws: Uint8Array): string {
  return createHash('sha256')
    .update(jws.subarray(0, jws.lastIndexOf(0x2e)))
    .digest('base64url');
}

interface Requests {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: string | Uint8Array, type?: string, headers?: Record<string, string>): Promise<Answer>;
  /** Any method, and headers as node:http reads them: `fetch` knows neither TRACE nor QUERY. */
  rawRequest(method: string, path: string): Promise<{ status: number; headers: Record<string, string | string[] | undefined> }>;
}

function requestsTo({ base }: Town): Requests {
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const reply = await fetch(base + path, init);
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, text, json: parsed(text) };
  };
  return {
    get: (path, headers = {}) => ask(path, { headers, redirect: 'manual' }),
    post: (path, body, type = 'text/plain', headers = {}) =>
      ask(path, { method: 'POST', headers: { 'content-type': type, ...headers }, body }),
    rawRequest: (method, path) =>
      new Promise((resolve, reject) => {
        const request = httpRequest(`${base}${path}`, { method }, (reply) => {
          reply.resume();
          reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers }));
        });
        request.on('error', reject);
        request.end();
      }),
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

interface MakeOptions {
  readonly id?: string;
  readonly key?: SigningKey;
  /** Default true: disclosed fields of the body stand in it in clear. */
  readonly disclose?: boolean;
}

interface Transactions {
  /** A transaction of an officer, signed now. */
  make(officer: string, as: string, action: string, body: JsonObject, options?: MakeOptions): Made;
  submit(made: Made, query?: string): Promise<Answer>;
  /** An accountant's proposal to open the nth year after 2030: always accepted, and always another. */
  proposal(n: number): Made;
}

function transactionsOf(town: Town, { post }: Requests): Transactions {
  const make: Transactions['make'] = (officer, as, action, body, options = {}) => {
    const { kid, sign } = options.key ?? town.keyOf(officer);
    const id = options.id ?? makeUlid(town.now, randomBytes(10));
    const schema = catalogue.flatMap((module) =>
      Object.entries(module.actions).flatMap(([name, definition]) => (`${module.name}.${name}` === action ? [definition.body] : [])),
    )[0];
    const disclosed =
      schema === undefined || options.disclose === false
        ? { body, disclosures: [] }
        : discloseBody(schema, body, () => randomBytes(16), nodeCrypto);
    const bytes = encodeTransaction(
      { ledger: town.origin, id, action, as, exp: Math.floor(town.now / 1000) + 3600, body: disclosed.body },
      kid,
      sign,
    ) as Uint8Array;
    return { text: joinSubmission(new TextDecoder().decode(bytes), disclosed.disclosures), name: nameOf(bytes), id, kid };
  };
  return {
    make,
    submit: (made, query = `?wait=${ACCEPT_WAIT_MS}`) => post(`/api/v1/transactions${query}`, made.text),
    proposal: (n) =>
      make('accounts-1', 'accountant@accounts', 'kernel.propose', {
        action: 'treasury.year.open',
        body: { year: String(2030 + n), from: `${2030 + n}-01-01`, to: `${2030 + n}-12-31` },
      }),
  };
}
