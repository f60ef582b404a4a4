/**
 * Nothing a person typed is in a leaf (DESIGN §4; issue 3 §5, issue 6). Markers are planted in every `personal()` field of every action, also of
 * transactions that are accepted: the vault has them, encrypted, and afterwards no byte that the node has written or answered bears one of
 * them. Names wherever a code belongs are refused, and leave no trace either. Markers in `published()` fields lie in the text store alone.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { logSerializers } from '@tabularium/api';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto, sha256 } from '@tabularium/crypto';
import {
  discloseBody,
  disclosuresOf,
  type JsonObject,
  type JsonValue,
  joinSubmission,
  makeBodyChecker,
  makeUlid,
  plainBodySchema,
} from '@tabularium/protocol';
import { type SignedStep, type Step, seededRandom } from '@tabularium/scenarios';
import { openLedgerReader, openSqliteStorage } from '@tabularium/store';
import { pino } from 'pino';
import { sampleBody, valuePaths, withValue } from './body-shapes.ts';
import { crawl } from './marker-crawl.ts';
import { filesUnder, findMarker, type Place } from './marker-search.ts';
import { openSmallTown, type SmallTown } from './small-town.ts';

const STEPS = 400;
const VALID_SECONDS = 3_600;
const PATIENCE_MS = 240_000;

const schemas = new Map(
  catalogue.flatMap(({ name, actions }) =>
    Object.entries(actions).map(([action, { body }]) => [`${name}.${action}` as string, body] as const),
  ),
);

describe('markers', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-markers-'));
  const random = seededRandom(11);
  const answers: Place[] = [];
  const log: string[] = [];
  /** What all markers of a kind have in common, and how many were planted. */
  const [personal, kept, names, published] = [newKind(), newKind(), newKind(), newKind()];
  let town: SmallTown;
  let backup = '';

  function newKind(): { readonly token: string; planted: number } {
    return { token: `mark${Buffer.from(random.bytes(10)).toString('hex')}`, planted: 0 };
  }

  function newMarker(kind: { readonly token: string; planted: number }): string {
    return `${kind.token}${kind.planted++}`;
  }

  function newHandle(): string {
    return Buffer.from(random.bytes(16)).toString('hex');
  }

  /** A name as people have them. */
  function newName(kind = names): string {
    return `Jörg Müller-${newMarker(kind)}`;
  }

  before(async () => {
    const logger = pino({ level: 'trace', serializers: logSerializers }, { write: (line: string) => void log.push(line) });
    town = await openSmallTown(dir, {
      steps: STEPS,
      change: withMarkers,
      start: { logger: logger as never, report: (error) => void log.push(String(error instanceof Error ? error.stack : error)) },
    });
  });
  after(async () => {
    await town.node.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** The same step with a marker in each text that it publishes, and in each field of a person. */
  function withMarkers(step: Step): Step {
    const declared = disclosuresOf(schemas.get(step.action)!).filter(({ kind }) => kind === 'personal');
    if (declared.length === 0) return withMarkedTexts(step);
    const fill = (body: JsonObject): JsonObject =>
      declared.reduce(
        (filled, { path, name, schema }) =>
          makeBodyChecker(schema)(newName(kept)).ok ? fillAll(filled, path, name, () => newName(kept)) : filled,
        body,
      );
    return withMarkedTexts({ ...step, body: (earlier) => fill(step.body(earlier)) });
  }

  /** The same step with a marker in each text that it publishes. */
  function withMarkedTexts(step: Step): Step {
    // A proposal publishes the texts of what it proposes, so any action's fields may stand in it.
    const of = step.action === 'kernel.propose' ? [...schemas.values()] : [schemas.get(step.action)!];
    const clear = of.flatMap((schema) => disclosuresOf(schema)).filter(({ kind }) => kind === 'published');
    if (clear.length === 0) return step;
    const markers = new Map<string, string>();
    const mark = (value: JsonValue, path: string): JsonValue => {
      if (Array.isArray(value)) return value.map((item, n) => mark(item, `${path}/${n}`));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([member, inner]) => {
          if (typeof inner !== 'string' || !clear.some(({ name }) => name === member)) return [member, mark(inner, `${path}/${member}`)];
          const known = markers.get(`${path}/${member}`) ?? newMarker(published);
          markers.set(`${path}/${member}`, known);
          return [member, `${inner.slice(0, 80)} ${known}`];
        }),
      );
    };
    return { ...step, body: (earlier) => mark(step.body(earlier), '') as JsonObject };
  }

  interface Asked {
    readonly status: number;
    readonly code: string;
  }

  /** Sign and submit, one way or another; the answer is kept for the search. */
  async function submit(
    { step }: SignedStep,
    payload: { readonly action?: string; readonly as?: string; readonly body: JsonObject; readonly disclosures?: readonly string[] },
    way: 'text' | 'json' | 'batch' = 'text',
  ): Promise<Asked> {
    const { kid, sign } = town.keyOf(step.officer);
    const exp = Math.floor(town.now() / 1_000) + VALID_SECONDS;
    const { action = step.action, as = step.as, body, disclosures = [] } = payload;
    const content = { ledger: town.charter.origin, id: makeUlid(town.now(), random.bytes(10)), action, as, exp, body };
    const transaction = jws({ alg: 'ES256', kid, typ: 'tabularium-tx+jwt' }, content, sign);
    const json = JSON.stringify({ transaction, disclosures });
    const sent = {
      text: { path: '', type: 'text/plain', text: joinSubmission(transaction, disclosures) },
      json: { path: '', type: 'application/json', text: json },
      batch: { path: '/batch', type: 'application/x-ndjson', text: json },
    }[way];
    const answer = await post(`/api/v1/transactions${sent.path}`, sent.type, sent.text);
    const { status, code = '' } = JSON.parse(answer.text) as { readonly status?: number; readonly code?: string };
    return { status: way === 'batch' ? Number(status) : answer.status, code };
  }

  async function post(path: string, type: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${town.node.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
    const text = await response.text();
    answers.push({ name: `POST ${path} (${answers.length})`, bytes: Buffer.from(JSON.stringify([...response.headers]) + text) });
    return { status: response.status, text };
  }

  /** One transaction of each action that the town's first weeks have; the first that fills a text, where one does. */
  function templates(): Map<string, SignedStep> {
    const found = new Map<string, SignedStep>();
    for (const signed of town.signed) if (!found.has(signed.step.action)) found.set(signed.step.action, signed);
    return found;
  }

  test('a personal field leaves no trace outside the vault wherever it stands and however it is sent', {
    timeout: PATIENCE_MS,
  }, async () => {
    let planted = 0;
    const codes = new Set<string>();
    for (const [action, schema] of schemas) {
      for (const { path, name, kind } of disclosuresOf(schema)) {
        if (kind !== 'personal') continue;
        planted++;
        const at = `${path.replaceAll('*', '0')}/${name}`;
        const known = templates().get(action);
        // Of an action that the first weeks do not have, something of its shape: the ledger refuses it, and it must leave no trace either.
        const template = known ?? [...templates().values()][0]!;
        const plain = known === undefined ? (sampleBody(plainBodySchema(schema), () => newHandle()) as JsonObject) : bodyOf(template);
        for (const way of ['text', 'json', 'batch'] as const) {
          const person = newName(personal);
          const { body, disclosures } = discloseBody(schema, withValue(plain, at, person), () => random.bytes(16), nodeCrypto);
          const proposal = { action: 'kernel.propose', body: { action, body }, disclosures };
          for (const asked of [{ action, body, disclosures }, proposal, { action, body: withValue(body, at, person) }]) {
            const { status, code } = await submit(template, asked, way);
            assert.ok(status >= 400 && status < 500, `${action} with ${name} was answered ${status}`);
            codes.add(code);
          }
        }
        const { kid } = town.keyOf(template.step.officer);
        const asked = { action, as: template.step.as, body: withValue(plain, at, newName(personal)), signers: [kid] };
        await post('/api/v1/check', 'application/json', JSON.stringify(asked));
      }
    }
    assert.ok(planted > 0);
    assert.ok(!codes.has('personal-refused'), 'the vault takes what is of a person');
  });

  test('what the ledger accepted of people is in the vault, and after erasure it is not', { timeout: PATIENCE_MS }, async () => {
    const { vault } = town.node;
    const cases = new Set<string>();
    for (const { step, bytes } of town.signed) {
      if (!disclosuresOf(schemas.get(step.action)!).some(({ kind }) => kind === 'personal')) continue;
      for (const [, handle] of Buffer.from(Buffer.from(bytes).toString('latin1').split('.')[1]!, 'base64url')
        .toString('utf8')
        .matchAll(/"payee":"([0-9a-f]{32})"/g))
        cases.add(handle!);
    }
    assert.ok(cases.size > 2 && kept.planted >= cases.size, `${cases.size} cases, ${kept.planted} markers`);
    await vault.holdings.sweep(Math.floor(town.now() / 1_000));
    assert.equal(vault.holdings.counts().live, cases.size);
    for (const handle of cases) {
      const [holding] = await vault.holdings.ofCase(handle);
      assert.ok(findMarker(kept.token, [{ name: handle, bytes: Buffer.from(holding?.disclosures.join('~') ?? '') }]).length === 1, handle);
    }
    backup = join(dir, 'backup');
    await town.node.backup(backup);
    const [first] = cases;
    await vault.erase(first!);
    assert.deepEqual(await vault.holdings.ofCase(first!), []);
    assert.equal(filesUnder(backup).filter(({ name }) => name.includes('keys')).length, 0, 'a backup holds no key of the vault');
  });

  test('a name where a code belongs is refused, in every action and every place of it', { timeout: PATIENCE_MS }, async () => {
    const some = [...templates().values()][0]!;
    let places = 0;
    const refused = async (what: string, asking: Promise<Asked>): Promise<void> => {
      places++;
      const { status } = await asking;
      assert.ok(status >= 400 && status < 500, `${what} was answered ${status}`);
    };
    for (const [action, template] of templates()) {
      const { body } = payloadOf(template);
      for (const path of valuePaths(body)) {
        await refused(`${action} with a name at ${path}`, submit(template, { body: withValue(body, path, newName()) }));
        const proposed = { action: 'kernel.propose', body: { action, body: withValue(body, path, newName()) } };
        await refused(`a proposal of ${action} with a name at ${path}`, submit(template, proposed, 'json'));
      }
      await refused(`${action} with a member of that name`, submit(template, { body: { ...body, [newName()]: 1 } }));
      await refused(`${action} as a name`, submit(template, { body, as: `${newName()}@finance` }));
    }
    for (const [action, schema] of schemas) {
      const body = sampleBody(schema, () => newName()) as JsonObject;
      await refused(`${action} made of names`, submit(some, { action, body }));
    }
    await refused('an action of that name', submit(some, { action: `kernel.${newName()}`, body: {} }));
    assert.ok(places > 80, `${places} places only`);
  });

  test('every string of every action has a form into which no name fits', () => {
    const words = [
      newName(),
      'Jane Doe',
      'Müller',
      'O’Brien',
      'Doe, Jane',
      'jane doe',
      'JANE DOE',
      '+43 660 1234567',
      'jane@town example',
      '\n',
      '',
    ];
    let strings = 0;
    for (const [action, schema] of schemas) {
      for (const { path, shape } of stringsOf(schema, action)) {
        strings++;
        assert.ok(shape.pattern !== undefined || shape.enum !== undefined, `${path} may be any text`);
        const fits = makeBodyChecker(shape as never);
        for (const word of words) assert.ok(!fits(word).ok, `${path} takes ${JSON.stringify(word)}`);
      }
    }
    assert.ok(strings > 150, `${strings} strings only`);
  });

  test('a name at any place of a kernel action is not in form, nor anywhere in an old receipt', { timeout: PATIENCE_MS }, async () => {
    const [, some] = [...templates().values()];
    const vectors = JSON.parse(readFileSync(new URL('../../vectors/data/kernel-bodies.json', import.meta.url), 'utf8')) as {
      readonly vectors: readonly { readonly action: string; readonly body: JsonObject; readonly valid: boolean }[];
    };
    let places = 0;
    for (const { action, body, valid } of vectors.vectors) {
      if (!valid) continue;
      // What these hold is for the action or module that is named to check; both are asked elsewhere here.
      for (const path of valuePaths(body).filter((one) => !/^\/(?:body|change)\//.test(one))) {
        places++;
        const answer = await submit(some!, { action, body: withValue(body, path, newName()) });
        assert.deepEqual(answer, { status: 400, code: 'body-invalid' }, `${action} with a name at ${path}`);
      }
    }
    assert.ok(places > 100, `${places} places only`);
    const lost = town.signed.at(-1)!;
    const receipt = town.node.door.receipt(lost.name)!;
    const transaction = Buffer.from(lost.bytes).toString('latin1');
    const readmit = (text: string): Promise<Asked> => submit(some!, { action: 'kernel.readmit', body: { transaction, receipt: text } });
    assert.notEqual((await readmit(receipt)).code, 'body-invalid', 'a receipt as the node gives it is in form');
    const lines = receipt.split('\n');
    for (const at of lines.keys()) {
      for (const changed of [
        lines.with(at, newName()),
        lines.with(at, `${lines[at]} ${newName()}`),
        lines.with(at, `${newName()} ${lines[at]}`),
        lines.toSpliced(at, 0, newName()),
        lines.toSpliced(at, 0, `\u2014 ${newName()} ${'A'.repeat(91)}=`),
      ]) {
        assert.deepEqual(await readmit(changed.join('\n')), { status: 400, code: 'body-invalid' }, `a receipt with a name in line ${at}`);
      }
    }
  });

  test('what may hold any value is refused by whoever decides on it', { timeout: PATIENCE_MS }, async () => {
    const clerk = town.signed.find(({ step }) => step.as === 'clerk@council')!;
    const auditor = { ...clerk, step: { ...clerk.step, officer: 'audit-1', as: 'auditor@audit' } };
    const judge = { ...clerk, step: { ...clerk.step, officer: 'court-1', as: 'judge@registry' } };
    const key = town.node.storage.scan('treasury/commitment/', 'treasury/commitment0', 1)[0]![0];
    const propose = (template: SignedStep, action: string, body: JsonObject): Promise<Asked> =>
      submit(template, { action: 'kernel.propose', body: { action, body } });
    const marked = (): string => newName();
    const asked = [
      await propose(clerk, 'kernel.correct/treasury', { key, reason: 'typing-error', change: { reference: marked() } }),
      await propose(clerk, 'kernel.correct', { key, reason: 'typing-error', change: { reference: marked() } }),
      await propose(clerk, 'kernel.correct', { key, reason: 'typing-error', change: { [marked()]: 'D-2025-1' } }),
      await propose(judge, 'kernel.order.execute', {
        key,
        verb: 'set',
        case: '1-U-7-2025',
        document: '0'.repeat(64),
        change: { until: marked() },
      }),
      await propose(auditor, 'kernel.charter.amend', { parameters: { treasury: { 'lapse-days': marked() } } }),
      await propose(auditor, 'kernel.charter.amend', { parameters: { treasury: { note: marked() } } }),
      await propose(auditor, 'kernel.charter.amend', { parameters: { treasury: { 'lapse-days': { note: [marked()] } } } }),
    ];
    for (const [n, { status }] of asked.entries()) assert.ok(status >= 400 && status < 500, `proposal ${n} was answered ${status}`);
  });

  test('no byte bears a planted marker, and published texts lie in the text store alone', { timeout: PATIENCE_MS }, async () => {
    const { node, place, signed } = town;
    const { height, size } = node.storage.head();
    await node.projections.waitFor(height, 30_000);
    const digests = signed
      .flatMap(({ disclosures }) => disclosures.map((text) => nodeCrypto.sha256(Buffer.from(text))))
      .filter((_, n) => n % 10 === 0);
    const read = await crawl({
      url: node.url,
      names: signed.filter((_, n) => n % 8 === 0).map(({ name }) => name),
      keys: node.storage
        .scan('kernel/', 'treasury0', 5_000)
        .filter((_, n) => n % 40 === 0)
        .map(([key]) => key),
      digests: digests.map((digest) => Buffer.from(digest).toString('base64url')),
      height,
      size,
    });
    const running = filesUnder(dir).map(({ name, bytes }) => ({ name: `${name} (while running)`, bytes }));
    await node.close();
    // A small ledger has no file of its state tree yet; this writes it.
    const storage = openSqliteStorage(place.town, { sha256 });
    storage.stateLeaves('records');
    storage.close();
    const files = [...running, ...filesUnder(dir)];
    const unpacked = unpack(join(place.town, 'ledger.db'), height);
    const logged = { name: 'the server’s log', bytes: Buffer.from(log.join('\n')) };
    assert.ok(log.length > 0, 'the server logged nothing');
    assert.ok(backup !== '' && files.some(({ name }) => name.startsWith('backup/vault.db')), 'the backup was not searched');
    for (const file of ['ledger.db', 'projections.db', 'texts.db', 'vault.db', 'state-tree.base', 'charter.json']) {
      assert.ok(
        files.some(({ name }) => name === join('town', file)),
        `${file} was not searched`,
      );
    }

    const everywhere = [...files, unpacked, logged, ...answers, ...read];
    assert.ok(personal.planted > 0 && names.planted > 80 && published.planted > 100);
    assert.deepEqual(findMarker(personal.token, everywhere), []);
    assert.deepEqual(findMarker(kept.token, everywhere), []);
    assert.deepEqual(findMarker(names.token, everywhere), []);
    const found = findMarker(published.token, [...files, unpacked, logged, ...read.filter(({ name }) => name.startsWith('GET /log/'))]);
    assert.ok(found.includes(join('town', 'texts.db')), 'the published texts are not in the text store');
    assert.deepEqual(
      found.filter((name) => !/^(?:town|backup)\/text(?:s|-index)\.db(-wal|-shm)?( \(while running\))?$/.test(name)),
      [],
    );
    // The search sees what is there: texts are answered to those who ask for them.
    assert.ok(findMarker(published.token, read).some((name) => name.startsWith('GET /api/v1/texts/')));
  });
});

/** A body with a field filled in every object at a path of a declaration, in which `*` stands for all items of an array. */
function fillAll(body: JsonObject, path: string, name: string, make: () => string): JsonObject {
  const copy = JSON.parse(JSON.stringify(body)) as JsonObject;
  const fill = (at: unknown, [step, ...rest]: readonly string[]): void => {
    if (typeof at !== 'object' || at === null) return;
    if (step === undefined) (at as Record<string, unknown>)[name] = make();
    else if (step === '*') for (const item of at as readonly unknown[]) fill(item, rest);
    else fill((at as Record<string, unknown>)[step], rest);
  };
  fill(copy, path.split('/').slice(1));
  return copy;
}

interface Shape {
  readonly type?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/** Every string that a schema takes, names of members among them; texts that are disclosed stand elsewhere. */
function stringsOf(schema: object, path: string): { readonly path: string; readonly shape: Shape }[] {
  const shape = schema as Shape;
  if (shape.const !== undefined) return [];
  if (shape.type === 'string' || (shape.enum !== undefined && shape.type === undefined)) return [{ path, shape }];
  const maps = Object.entries(shape.patternProperties ?? {}).flatMap(([pattern, value]) => [
    // A proposal's content and an action's own members are checked by the action that is named.
    ...(pattern === '^.*$' ? [] : [{ path: `${path}/{name}`, shape: { type: 'string', pattern } }]),
    ...stringsOf(value, `${path}/{}`),
  ]);
  const members = Object.entries(shape.properties ?? {}).flatMap(([name, member]) => stringsOf(member, `${path}/${name}`));
  const others = [...(shape.items === undefined ? [] : [shape.items]), ...(shape.anyOf ?? [])];
  return [...maps, ...members, ...others.flatMap((other) => stringsOf(other, `${path}/*`))];
}

/** Signed as it is, for the SDK would refuse to sign most of this. */
function jws(header: JsonObject, content: JsonObject, sign: (message: Uint8Array) => Uint8Array): string {
  const signed = [header, content].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${Buffer.from(sign(Buffer.from(signed))).toString('base64url')}`;
}

interface Payload {
  readonly body: JsonObject;
}

function payloadOf({ bytes }: SignedStep): Payload {
  const [, payload = ''] = Buffer.from(bytes).toString('latin1').split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Payload;
}

/** The body before it was filled with digests: what stood in clear besides texts. */
function bodyOf(template: SignedStep): JsonObject {
  return JSON.parse(JSON.stringify(payloadOf(template).body, (name, value) => (name === '_sd' ? undefined : value))) as JsonObject;
}

/** Events are compressed on disk; entries are base64url, which the search knows, but so is what they hold. */
function unpack(path: string, height: number): Place {
  const reader = openLedgerReader(path);
  try {
    const parts = [...reader.events(1, height)].map((block) => JSON.stringify(block));
    for (const leaf of reader.leaves(0, reader.head().size)) {
      for (const part of Buffer.from(leaf).toString('latin1').split('.')) parts.push(Buffer.from(part, 'base64url').toString('utf8'));
    }
    return { name: 'entries and events, unpacked', bytes: Buffer.from(parts.join('\n')) };
  } finally {
    reader.close();
  }
}
