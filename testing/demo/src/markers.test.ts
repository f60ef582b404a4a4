/**
 * Nothing a person typed is in a leaf (DESIGN §4; issue 3 §5). Markers are planted in every `personal()` field of every action, and names
 * wherever a code belongs; all of that is refused, and afterwards no byte that the node has written or answered bears one of them.
 * Markers in `published()` fields are taken in, and lie in the text store alone.
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
  const [personal, names, published] = [newKind(), newKind(), newKind()];
  let town: SmallTown;

  function newKind(): { readonly token: string; planted: number } {
    return { token: `mark${Buffer.from(random.bytes(10)).toString('hex')}`, planted: 0 };
  }

  function newMarker(kind: { readonly token: string; planted: number }): string {
    return `${kind.token}${kind.planted++}`;
  }

  /** A name as people have them. */
  function newName(kind = names): string {
    return `Jörg Müller-${newMarker(kind)}`;
  }

  before(async () => {
    const logger = pino({ level: 'trace', serializers: logSerializers }, { write: (line: string) => void log.push(line) });
    town = await openSmallTown(dir, {
      steps: STEPS,
      change: withMarkedTexts,
      start: { logger: logger as never, report: (error) => void log.push(String(error instanceof Error ? error.stack : error)) },
    });
  });
  after(async () => {
    await town.node.close();
    rmSync(dir, { recursive: true, force: true });
  });

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

  test('a personal field is refused wherever it stands and however it is sent', { timeout: PATIENCE_MS }, async () => {
    let planted = 0;
    for (const [action, schema] of schemas) {
      for (const { path, name, kind } of disclosuresOf(schema)) {
        if (kind !== 'personal') continue;
        planted++;
        const template = templates().get(action);
        assert.ok(template !== undefined, `the town's first weeks have no ${action}; write more of them, or plant its marker here`);
        const plain = bodyOf(template);
        for (const way of ['text', 'json', 'batch'] as const) {
          const person = newName(personal);
          const filled = withValue(plain, `${path.replaceAll('*', '0')}/${name}`, person);
          const { body, disclosures } = discloseBody(schema, filled, () => random.bytes(16), nodeCrypto);
          assert.deepEqual(await submit(template, { body, disclosures }, way), { status: 400, code: 'personal-refused' });
          // The same within a proposal, in clear in the body, and in a dry run.
          const proposal = { action: 'kernel.propose', body: { action, body }, disclosures };
          assert.deepEqual(await submit(template, proposal, way), { status: 400, code: 'personal-refused' });
          const inClear = await submit(template, { body: withValue(body, `${path.replaceAll('*', '0')}/${name}`, person) }, way);
          assert.ok(inClear.status >= 400 && inClear.status < 500, `${action} took ${name} in clear: ${inClear.status}`);
        }
        const person = newName(personal);
        const { kid } = town.keyOf(template.step.officer);
        const asked = {
          action,
          as: template.step.as,
          body: withValue(plain, `${path.replaceAll('*', '0')}/${name}`, person),
          signers: [kid],
        };
        await post('/api/v1/check', 'application/json', JSON.stringify(asked));
      }
    }
    assert.ok(planted > 0);
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
    for (const file of ['ledger.db', 'projections.db', 'texts.db', 'state-tree.base', 'charter.json']) {
      assert.ok(
        files.some(({ name }) => name === join('town', file)),
        `${file} was not searched`,
      );
    }

    const everywhere = [...files, unpacked, logged, ...answers, ...read];
    assert.ok(personal.planted > 0 && names.planted > 80 && published.planted > 100);
    assert.deepEqual(findMarker(personal.token, everywhere), []);
    assert.deepEqual(findMarker(names.token, everywhere), []);
    const found = findMarker(published.token, [...files, unpacked, logged, ...read.filter(({ name }) => name.startsWith('GET /log/'))]);
    assert.ok(found.includes(join('town', 'texts.db')), 'the published texts are not in the text store');
    assert.deepEqual(
      found.filter((name) => !/^town\/text(?:s|-index)\.db(-wal|-shm)?( \(while running\))?$/.test(name)),
      [],
    );
    // The search sees what is there: texts are answered to those who ask for them.
    assert.ok(findMarker(published.token, read).some((name) => name.startsWith('GET /api/v1/texts/')));
  });
});

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
