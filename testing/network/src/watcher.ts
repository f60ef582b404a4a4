/**
 * Looks at every node again and again, at the checkpoint that it shows to everybody and at its own that it tells other nodes: what it shows
 * is signed as the policy asks, never gets smaller, and no two nodes ever show different roots for one size.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import type { ExchangeClient } from '@tabularium/exchange';
import { type Checkpoint, checkPolicy, checkSignature, isBy, type Policy, parseCheckpoint, parseNote, parsePolicy } from '@tabularium/log';
import type { Agencies } from './agencies.ts';
import type { Agency } from './agency.ts';
import type { Alarm } from './alarm.ts';

const EVERY_MS = 100;

/** A root that somebody published. */
export interface SeenRoot {
  /** Base64. */
  readonly root: string;
  /** Who published it first. */
  readonly from: string;
}

/** What a node shows: to everybody, to other nodes. */
type Place = 'shown' | 'own';

export class Watcher {
  readonly #agencies: Agencies;
  readonly #alarm: Alarm;
  readonly #policyText: string;
  readonly #policy: Policy;
  readonly #roots = new Map<number, SeenRoot>();
  /** The newest note, by node and place. */
  readonly #notes = new Map<string, { readonly note: string; readonly size: number }>();
  readonly #clients: readonly ExchangeClient[];
  readonly #loops: readonly Promise<void>[];
  #looks = 0;
  #closed = false;

  private constructor(agencies: Agencies, alarm: Alarm, policyText: string) {
    this.#agencies = agencies;
    this.#alarm = alarm;
    this.#policyText = policyText;
    const parsed = parsePolicy(policyText, nodeCrypto);
    if (!parsed.ok) throw new Error(`the policy cannot be read: ${parsed.code}`);
    this.#policy = parsed.policy;
    this.#clients = agencies.all.map((agency) => agency.exchange(agencies.others(agency)[0]!));
    this.#loops = agencies.all.flatMap((agency, n) => [
      this.#look(agency, 'shown', () => agency.text('/log/checkpoint')),
      this.#look(agency, 'own', () => this.#clients[n]!.checkpoint()),
    ]);
    for (const loop of this.#loops) alarm.watch(loop);
  }

  static async start(agencies: Agencies, alarm: Alarm): Promise<Watcher> {
    const policies = new Set(await Promise.all(agencies.all.map((agency) => agency.text('/log/policy'))));
    const [policy] = policies;
    if (policies.size !== 1) throw new Error('the nodes show different policies');
    return new Watcher(agencies, alarm, policy!);
  }

  /** tlog-policy text, as every node shows it. */
  get policy(): string {
    return this.#policyText;
  }

  /** Every root that was seen, by size. */
  get roots(): ReadonlyMap<number, SeenRoot> {
    return this.#roots;
  }

  /** Notes that were looked at. */
  get looks(): number {
    return this.#looks;
  }

  /** Size of the newest note of a node's; 0 before there is one. */
  size(agency: Agency, place: Place): number {
    return this.#notes.get(`${agency.id} ${place}`)?.size ?? 0;
  }

  /** The root of a size as somebody published it. Throws where that contradicts somebody else. */
  saw({ size, root }: Pick<Checkpoint, 'size' | 'root'>, from: string): void {
    const text = Buffer.from(root).toString('base64');
    const known = this.#roots.get(size);
    if (known === undefined) this.#roots.set(size, { root: text, from });
    else if (known.root !== text) throw new Error(`two roots of size ${size}: ${known.root} from ${known.from}, ${text} from ${from}`);
  }

  /** A node's folder was laid back: what it shows may be older than what it showed. */
  forget(agency: Agency): void {
    for (const place of ['shown', 'own']) this.#notes.delete(`${agency.id} ${place}`);
  }

  /** Whether a node's checkpoint is as the policy asks, and how large. */
  agreed(note: string): number | undefined {
    const check = checkPolicy(this.#policy, note, nodeCrypto);
    return check.ok ? check.size : undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const client of this.#clients) client.close();
    await Promise.allSettled(this.#loops);
  }

  async #look(agency: Agency, place: Place, ask: () => Promise<string | undefined>): Promise<void> {
    for (; !this.#closed && !this.#alarm.isRaised; await delay(EVERY_MS)) {
      // Who does not answer shows nothing.
      const note = agency.runs ? await ask().catch(() => undefined) : undefined;
      if (note !== undefined) this.#judge(agency, place, note);
    }
  }

  #judge(agency: Agency, place: Place, note: string): void {
    const key = `${agency.id} ${place}`;
    const before = this.#notes.get(key);
    if (before?.note === note) return;
    const from = `${agency.id} (${place})`;
    const text = parseNote(note)?.text ?? '';
    const checkpoint = parseCheckpoint(text);
    if (checkpoint === undefined || checkpoint.origin !== this.#agencies.origin) throw new Error(`${from} is no checkpoint: ${note}`);
    if (!this.#isSigned(agency, note)) throw new Error(`${from} is not signed by the node: ${note}`);
    const check = checkPolicy(this.#policy, note, nodeCrypto);
    if (!check.ok && check.code !== 'quorum-not-met') throw new Error(`${from} does not fit the policy (${check.code}): ${note}`);
    if (before !== undefined && checkpoint.size < before.size) throw new Error(`${from} got smaller: ${before.note}\n${note}`);
    this.#looks++;
    this.saw(checkpoint, from);
    this.#notes.set(key, { note, size: checkpoint.size });
  }

  #isSigned(agency: Agency, note: string): boolean {
    const key = agency.logKey(this.#agencies.origin);
    const { text, signatures } = parseNote(note)!;
    return signatures.some((line) => isBy(line, key) && checkSignature(key, line.signature, text, nodeCrypto).valid);
  }
}
