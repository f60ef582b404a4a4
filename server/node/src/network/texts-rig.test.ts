/**
 * Nodes of one ledger that follow each other's texts: real text stores, real exchanges over TLS on this machine, and a log whose entries
 * have real bodies. Nobody orders; each node is shown as much of the log as its test says.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import { Chain } from '@tabularium/engine-port/chain';
import { ExchangeClient, makeTlsIdentity, type RunningExchange, serveExchange, type TlsIdentity } from '@tabularium/exchange';
import { formatNote, signatureLine } from '@tabularium/log';
import { encodeTransaction, type JsonObject, makeDisclosure, makeUlid, parseTransaction, thumbprint } from '@tabularium/protocol';
import { MemoryStorage } from '@tabularium/store';
import { type FoundText, openTexts, type TextPlace, type Texts } from '@tabularium/texts';
import { FollowTexts, type FollowTextsOptions } from './follow-texts.ts';

const ORIGIN = 'office.example/0123456789abcdef';
const signer = generateEs256();
const kid = thumbprint(signer.jwk, nodeCrypto);

export interface Disclosed {
  readonly text: string;
  readonly digest: string;
}

export function disclose(name: string, value: string): Disclosed {
  return makeDisclosure(randomBytes(16), name, value, nodeCrypto);
}

/** As clients make them. */
export function decoy(): string {
  return Buffer.from(nodeCrypto.sha256(randomBytes(16))).toString('base64url');
}

export class SampleLog {
  readonly storage = new MemoryStorage({ sha256: nodeCrypto.sha256 });
  readonly #chain = Chain.open({ storage: this.storage, crypto: nodeCrypto, origin: ORIGIN });

  /** One block with one entry: payables, each with the digests of an organisation and of a person. Returns the transaction's name. */
  certify(...items: readonly (readonly [string, string])[]): string {
    return this.append('treasury.payable.certify', { items: items.map((_sd) => ({ _sd })) });
  }

  append(action: string, body: JsonObject): string {
    const act = { ledger: ORIGIN, id: makeUlid(Date.now(), randomBytes(10)), action, exp: 2_000_000_000, body };
    const parsed = parseTransaction(encodeTransaction(act, kid, signEs256(signer.privateKey)), nodeCrypto);
    assert.ok(parsed.ok);
    const { height } = this.storage.head();
    this.#chain.append(
      { time: height + 1, accepted: [parsed.transaction], writes: new Map([['a/b/c', `${height}`]]), events: [], policy: 'quorum none\n' },
      (text) => formatNote(text, [signatureLine({ name: ORIGIN, id: new Uint8Array(4) }, new Uint8Array(64))]),
    );
    return parsed.transaction.name;
  }
}

/** What a node has of the log. */
export interface View {
  /** Blocks up to this height. */
  height: number;
  /** Leaves below this one have not come yet. */
  from: number;
}

export class TextNode {
  readonly id: string;
  readonly dir: string;
  readonly view: View = { height: Number.POSITIVE_INFINITY, from: 0 };
  readonly reports: string[] = [];
  /** How far its clock is ahead of this machine's. */
  laterMs = 0;
  /** What others asked of this one. */
  readonly asked: string[] = [];
  readonly places: (TextPlace | undefined)[] = [];
  /** Answers in place of its own, where a test makes it a liar. */
  lies: { text?: (digest: string) => FoundText | undefined; listed?: (at: number) => { readonly digest: string; readonly tx: string } } =
    {};
  texts: Texts;
  follower: FollowTexts;
  clients: readonly ExchangeClient[] = [];
  readonly #log: SampleLog;
  readonly #identity: TlsIdentity = makeTlsIdentity();
  #exchange: RunningExchange | undefined;
  #port = 0;

  constructor(id: string, dir: string, log: SampleLog) {
    this.id = id;
    this.dir = dir;
    this.#log = log;
    [this.texts, this.follower] = this.#open();
  }

  get peer(): { readonly id: string; readonly url: string; readonly tls: string } {
    return { id: this.id, url: `https://127.0.0.1:${this.#port}`, tls: this.#identity.pin };
  }

  async listen(): Promise<void> {
    this.#exchange = await serveExchange({
      host: '127.0.0.1',
      port: this.#port,
      identity: this.#identity,
      isKnown: () => 'another',
      door: {
        receive: () => 'accepted',
        heardOf: () => undefined,
        checkpoint: () => undefined,
        changes: () => undefined,
        genesis: () => undefined,
        charter: () => '{}',
        charterNow: () => '{}',
        tile: () => undefined,
        entries: () => undefined,
        snapshotHash: () => undefined,
        comet: async () => undefined,
        text: (digest) => {
          this.asked.push(digest);
          return this.lies.text === undefined ? this.texts.get(digest) : this.lies.text(digest);
        },
        textsAfter: (place, max) => {
          this.places.push(place);
          const found = this.texts.list().after(place, max);
          const texts = found?.map((row) => ({ ...row, ...this.lies.listed?.(row.at) }));
          return texts && { height: this.#storage.head().height, texts };
        },
      },
      onFault: (error) => this.reports.push(String(error)),
    });
    this.#port = this.#exchange.port;
  }

  async deafen(): Promise<void> {
    await this.#exchange?.close();
    this.#exchange = undefined;
  }

  follow(...nodes: readonly TextNode[]): void {
    for (const client of this.clients) client.close();
    this.clients = nodes.map(({ peer }) => new ExchangeClient({ identity: this.#identity, peer }));
    this.follower.follow(this.clients);
  }

  /** As a submission whose transaction is accepted. */
  async publish(tx: string, ...disclosed: readonly Disclosed[]): Promise<void> {
    await this.texts.putPending(
      tx,
      2_000_000_000,
      disclosed.map(({ text }) => text),
    );
    this.texts.activate(tx);
  }

  has(...disclosed: readonly Disclosed[]): boolean {
    return disclosed.every(({ digest, text }) => {
      const found = this.texts.get(digest);
      return found?.kind === 'text' && found.disclosure === text;
    });
  }

  async stopFollowing(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.follower.close();
  }

  /** As a process that ends and starts again. */
  async restart(): Promise<void> {
    await this.stopFollowing();
    await this.texts.close();
    [this.texts, this.follower] = this.#open();
  }

  async close(): Promise<void> {
    await this.stopFollowing();
    await this.deafen();
    await this.texts.close();
  }

  get #storage(): FollowTextsOptions['storage'] {
    const { storage } = this.#log;
    const isHere = (index: number): boolean => index >= this.view.from && storage.blockOf(index)!.height <= this.view.height;
    return {
      head: () => ({ ...storage.head(), height: Math.min(storage.head().height, this.view.height) }),
      findName: (name) => {
        const index = storage.findName(name);
        return index !== undefined && isHere(index) ? index : undefined;
      },
      leaves: (from, to) => storage.leaves(from, to),
      missing: () => (this.view.from === 0 ? undefined : { from: 1, to: 1 }),
    };
  }

  #open(): [Texts, FollowTexts] {
    const texts = openTexts(this.dir, { isAccepted: () => false, withdrawals: [], nowSeconds: 0 });
    const report = (error: unknown): void => void this.reports.push((error as Error).message);
    return [texts, new FollowTexts({ texts, storage: this.#storage, clock: () => Date.now() + this.laterMs, report })];
  }
}

export interface TextsRig {
  readonly log: SampleLog;
  /** Listening, and following nobody yet. */
  readonly nodes: readonly TextNode[];
}

export async function startTextNodes(t: TestContext, ...ids: readonly string[]): Promise<TextsRig> {
  const root = mkdtempSync(join(tmpdir(), 'tabularium-spread-'));
  const log = new SampleLog();
  const nodes = ids.map((id) => new TextNode(id, mkdtempSync(join(root, `${id}-`)), log));
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    rmSync(root, { recursive: true, force: true });
  });
  await Promise.all(nodes.map((node) => node.listen()));
  return { log, nodes };
}

export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (condition()) return;
    await delay(50);
  }
  assert.fail(`not within 30 s: ${condition}`);
}
