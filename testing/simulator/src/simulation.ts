/**
 * One seed: an embedded node over a disk that fails, in time that moves when told, among officers who do and try all sorts of
 * things. After each step an observer who trusts nothing goes through what is new. The same seed gives the same steps, faults
 * and decisions on every machine.
 */
import { bindings, catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { type EmbeddedEngine, openEmbeddedEngine } from '@tabularium/engine-embedded';
import { type Admission, type Admit, type Outcome, type Storage, StorageFull } from '@tabularium/engine-port';
import { initialise } from '@tabularium/engine-port/genesis';
import { genesis, kernelRefusal, keyKey, Machine, type Verdict } from '@tabularium/kernel';
import { type Crypto, jwkToPoint, type PublicJwk, parseTransaction } from '@tabularium/protocol';
import { type SeededRandom, seededRandom } from '@tabularium/scenarios';
import { MemoryStorage } from '@tabularium/store';
import { type JournalRecord, JournalStorage } from './journal-storage.ts';
import { Fault, hold, isSigned, Observer } from './observer.ts';
import { Submissions, type Views } from './random-submissions.ts';
import { PowerLoss, SimulatedDisk } from './simulated-disk.ts';
import { payloadOf, SimulatedOffice, type Written, write } from './simulated-office.ts';
import { stateView } from './state-view.ts';
import { VirtualTime } from './virtual-time.ts';

const DAY = 86_400_000;
const RECOSIGN_MS = DAY / 3;

export interface Tally {
  steps: number;
  accepted: number;
  refused: number;
  malformed: number;
  repeated: number;
  blocks: number;
  crashes: number;
  fullDisks: number;
  /** Root of the log at the end, hex: with stand-in signatures a seed always ends in the same. */
  root: string;
  /** Refusal code → how often. */
  readonly codes: Map<string, number>;
}

export class Simulation {
  readonly #office: SimulatedOffice;
  readonly #random: SeededRandom;
  readonly #time: VirtualTime;
  readonly #disk: SimulatedDisk<JournalRecord>;
  readonly #submissions: Submissions;
  readonly #views: Views;
  readonly #observer: Observer;
  /** What was submitted lately, to be sent again: an answer may have been lost on its way. */
  readonly #sent: Written[] = [];
  /** Signatures checked so far; observer and admission share it. */
  readonly #signed = new Map<string, string>();
  #storage: Storage;
  #engine: EmbeddedEngine | undefined;
  #founded = false;
  #wasHalted: unknown;
  readonly tally: Tally = {
    steps: 0,
    accepted: 0,
    refused: 0,
    malformed: 0,
    repeated: 0,
    blocks: 0,
    crashes: 0,
    fullDisks: 0,
    root: '',
    codes: new Map(),
  };

  constructor(seed: number, office: SimulatedOffice) {
    this.#office = office;
    this.#random = seededRandom(seed);
    this.#time = new VirtualTime(SimulatedOffice.start + this.#random.below(200) * DAY);
    this.#disk = new SimulatedDisk(this.#random.fork());
    this.#observer = new Observer(office, this.#signed);
    const { state } = this.#observer;
    this.#views = { treasury: stateView('treasury', state), privacy: stateView('privacy', state) };
    this.#submissions = new Submissions({
      office,
      random: this.#random.fork(),
      foresee: ({ person, others: _, ...intent }, now) => {
        const payload = payloadOf(office, person, { ...intent, exp: Math.floor(now / 1_000) + 3_600 });
        return this.#observer.foresee({ kid: person.kid, kind: 'es256', payload }, now).kind === 'accepted';
      },
    });
    this.#storage = this.#openStorage();
  }

  /** Runs the seed; throws `Fault` when a promise is broken. */
  async run(steps: number): Promise<Tally> {
    await this.#restart();
    for (let n = 0; n < steps; n++) {
      await this.#step();
      this.tally.steps++;
    }
    this.#disk.cutPower();
    await this.#restart();
    this.#observer.replayAll(this.#storage);
    this.tally.blocks = this.#storage.head().height;
    this.tally.root = this.#observer.root;
    await this.#engine?.close();
    return this.tally;
  }

  #openStorage(): Storage {
    return new JournalStorage(this.#disk, () => new MemoryStorage({ sha256: nodeCrypto.sha256 }));
  }

  /** The machine is switched on: what was acknowledged must be there. Power may fail again while it starts. */
  async #restart(): Promise<void> {
    for (;;) {
      this.#time.forget();
      this.#engine = undefined;
      this.#storage = this.#openStorage();
      if (this.#random.chance(1, 10)) this.#disk.armPowerLoss(this.#random.between(1, 8));
      try {
        this.#openEngine();
        break;
      } catch (error) {
        if (!(error instanceof PowerLoss)) throw error;
        this.tally.crashes++;
      }
    }
    this.#observer.recount(this.#storage, this.#random.chance(1, 4));
    this.#follow();
    if (this.#founded) return;
    await this.#found();
    if (this.#disk.isOff) return this.#restart();
    this.#follow();
  }

  #follow(): void {
    this.#observer.follow(this.#storage, this.#engine!, this.#random);
  }

  #openEngine(): void {
    const { charter, leaf, signer, vkeys, crypto } = this.#office;
    const storage = this.#storage;
    const machine = new Machine({ catalogue, bindings, crypto });
    const options = { storage, machine, signer, vkeys, origin: charter.origin, clock: this.#time.clock, crypto };
    if (storage.head().height === 0) {
      initialise(options, { charterLeaf: leaf, time: this.#time.now, ...genesis(charter, this.#time.now, crypto) });
    }
    this.#wasHalted = undefined;
    this.#engine = openEmbeddedEngine({
      ...options,
      admit: admission(storage, machine, crypto, this.#signed),
      keyOf: (kid) => publicJwk(storage, kid),
      timers: this.#time,
      // A fresh cosignature each minute of each simulated day would cost more than everything else.
      limits: { recosignMs: RECOSIGN_MS },
      report: (error) => {
        // A full disk may keep a fresh cosignature from being saved; nothing was promised about that.
        if (!(error instanceof StorageFull)) this.#wasHalted ??= error;
      },
    });
  }

  /** The founders accept the charter; before that nothing else may be accepted. */
  async #found(): Promise<void> {
    for (const code of this.#office.charter.founding.officers) {
      const person = this.#office.people.find((one) => one.code === code)!;
      await this.#submit([write(this.#pen(), person, 'kernel.charter.accept', { charter: this.#office.digest })]);
      if (this.#disk.isOff) return;
    }
    this.#founded = true;
  }

  #pen() {
    return { office: this.#office, random: this.#random, now: this.#time.now };
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const dice = random.below(200);
    if (dice < 146) await this.#submit(this.#fresh(random.chance(1, 8) ? random.between(2, 6) : 1));
    else if (dice < 157) await this.#again();
    else if (dice < 168) await this.#hostile();
    else if (dice < 188) await this.#time.advance(this.#pause());
    else if (dice < 190) this.#time.now -= random.below(3_600_000);
    else if (dice < 194) this.#disk.armPowerLoss(random.between(1, 20));
    else if (dice < 195) this.#disk.cutPower();
    else if (dice < 196) await this.#orderlyRestart();
    else this.#fillOrEmptyDisk();
    if (this.#disk.isOff) {
      this.tally.crashes++;
      await this.#restart();
      return;
    }
    hold(this.#wasHalted === undefined, 'halted', () => String(this.#wasHalted));
    this.#follow();
  }

  /** Hours, now and then days; seconds while the disk is full, since the engine then tries again every second. */
  #pause(): number {
    if (this.#disk.capacity !== undefined) return this.#random.below(20_000);
    return this.#random.chance(1, 4) ? this.#random.below(12 * DAY) : this.#random.below(6 * 3_600_000);
  }

  #fresh(count: number): Written[] {
    return Array.from({ length: count }, () => this.#submissions.next(this.#views, this.#time.now));
  }

  /** Sends what was sent before, the same bytes: the first answer comes again, or a fresh decision if there was none. */
  async #again(): Promise<void> {
    if (this.#sent.length > 0) await this.#submit([this.#random.pick(this.#sent)]);
  }

  async #hostile(): Promise<void> {
    const good = this.#sent.at(-1) ?? this.#fresh(1)[0]!;
    const bytes = this.#submissions.hostile(good, this.#time.now);
    const outcome = await this.#time.until(this.#engine!.submit(bytes));
    if (this.#disk.isOff || outcome.kind === 'busy') return;
    const refused = outcome.kind === 'malformed' || outcome.kind === 'refused';
    hold(refused, 'answer-wrong', () => `${outcome.kind} for ${Buffer.from(bytes).toString('latin1')}`);
    this.#count(outcome);
  }

  async #orderlyRestart(): Promise<void> {
    await this.#time.until(this.#engine!.close());
    if (this.#disk.isOff) return;
    this.#disk.cutPower();
  }

  #fillOrEmptyDisk(): void {
    if (this.#disk.capacity === undefined) this.tally.fullDisks++;
    this.#disk.capacity = this.#disk.capacity === undefined ? this.#disk.used + this.#random.below(12) : undefined;
  }

  async #submit(batch: readonly Written[]): Promise<void> {
    const before = batch.map(({ name }) => this.#observer.placeOf(name));
    const alone = batch.length === 1 && before[0] === undefined ? batch[0] : undefined;
    const foreseen = alone === undefined ? undefined : this.#observer.foreseeWritten(alone.bytes, this.#time.now);
    const outcomes = await this.#time.until(this.#engine!.submitMany(batch.map(({ bytes }) => bytes)));
    outcomes.forEach((outcome, n) => {
      this.#answered(batch[n]!, outcome, before[n]);
    });
    if (foreseen !== undefined) sameVerdict(foreseen, outcomes[0]!);
    for (const written of batch) this.#sent.push(written);
    while (this.#sent.length > 40) this.#sent.shift();
  }

  #answered(written: Written, outcome: Outcome, before: ReturnType<Observer['placeOf']>): void {
    this.#count(outcome);
    if (outcome.kind === 'accepted' || outcome.kind === 'repeated') {
      const { name, index, height } = outcome;
      hold(name === written.name, 'answer-wrong', () => `the answer to ${written.name} is about ${name}`);
      if (before !== undefined) {
        const same = outcome.kind === 'repeated' && before.index === index && before.height === height;
        hold(same, 'answer-wrong', () => `${name} was at leaf ${before.index}, now ${outcome.kind} at ${index}`);
      } else this.#observer.acknowledge({ name, index, height });
      this.#submissions.accepted(written);
    } else if (before !== undefined && outcome.kind === 'refused') {
      const over = outcome.refusal.code === 'kernel.expired' && written.exp * 1_000 <= outcome.time;
      hold(over, 'answer-wrong', () => `${written.name} was accepted, now ${outcome.refusal.code}`);
    } else if (outcome.kind === 'busy') {
      const allowed = this.#disk.isOff || this.#disk.capacity !== undefined || this.#wasHalted instanceof PowerLoss;
      hold(allowed, 'answer-wrong', () => `busy: ${outcome.reason} without a reason: ${String(this.#wasHalted)}`);
    } else hold(outcome.kind !== 'malformed', 'answer-wrong', () => `${written.action} was ${JSON.stringify(outcome)}`);
  }

  #count(outcome: Outcome): void {
    if (outcome.kind === 'busy') return;
    this.tally[outcome.kind]++;
    if (outcome.kind === 'refused') this.tally.codes.set(outcome.refusal.code, (this.tally.codes.get(outcome.refusal.code) ?? 0) + 1);
  }
}

/** A dry run on the state before must have said what was then decided. */
function sameVerdict(foreseen: Verdict, outcome: Outcome): void {
  if (outcome.kind !== 'accepted' && outcome.kind !== 'refused') return;
  const said = foreseen.kind === 'refused' ? foreseen.refusal.code : foreseen.kind;
  const came = outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind;
  hold(said === came, 'dry-run-differs', () => `${outcome.name}: ${said} was foreseen, ${came} came`);
}

/** Parse, find the key, verify: what a node's workers do, on one thread and in order. */
export function admission(storage: Storage, machine: Machine, crypto: Crypto, signed: Map<string, string>): Admit {
  const one = (bytes: Uint8Array): Admission => {
    const parsed = parseTransaction(bytes, crypto);
    if (!parsed.ok) return { ok: false, kind: 'malformed', code: parsed.code, detail: parsed.detail };
    const { transaction } = parsed;
    const key = machine.key(transaction.kid, storage);
    if (key === undefined) return { ok: false, kind: 'refused', transaction, refusal: kernelRefusal('key-unknown', 'identity') };
    const fits = isSigned(transaction, key, crypto, signed);
    return fits
      ? { ok: true, transaction }
      : { ok: false, kind: 'refused', transaction, refusal: kernelRefusal('signature-invalid', 'identity') };
  };
  return (batch) => Promise.resolve(batch.map(one));
}

function publicJwk(storage: Storage, kid: string): PublicJwk | undefined {
  const text = storage.get(keyKey(kid));
  const jwk = text === undefined ? undefined : (JSON.parse(text) as { readonly jwk: PublicJwk }).jwk;
  return jwk === undefined || jwkToPoint(jwk) === undefined ? undefined : jwk;
}

/** Runs one seed and adds the seed to whatever it throws. */
export async function simulate(seed: number, steps: number, office: SimulatedOffice): Promise<Tally> {
  const simulation = new Simulation(seed, office);
  try {
    return await simulation.run(steps);
  } catch (error) {
    const place = `seed ${seed}, step ${simulation.tally.steps}`;
    if (error instanceof Fault) error.message = `${error.message} (${place})`;
    else if (error instanceof Error) error.message = `${error.message} (${place})`;
    throw error;
  }
}
