/**
 * People who come for what is theirs (docs/adr/0017, "Cases" and "Persons have no key in a leaf"): their keys, and which cases are theirs. That two
 * cases concern one person is known here and nowhere else. An officer at the counter hands out an invitation; whoever has it adds the case to
 * their own, with a key of theirs or with new ones.
 */
import { createHash } from 'node:crypto';
import { type Insertable, sql, type Transaction } from 'kysely';
import type { VaultDatabase } from './database.ts';

/** How a case is theirs: their own, or one they act in for somebody else (a child, a ward). */
export type Standing = 'self' | 'for';

/** A person's key, as an officer's is enrolled; whether it fits its kind is checked before. */
export interface PersonKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** JSON of the enrolled key: kind, public JWK, of a passkey also rpId and origins. */
  readonly key: string;
}

export interface OwnCase {
  readonly case: string;
  readonly standing: Standing;
}

/** Why a person's request about keys and cases is not carried out. A closed list. */
export const PERSON_REFUSALS = {
  'invitation-unknown': 'This invitation is not known here, was used already, or is over. Ask the office for a new one.',
  'key-taken': 'This key is somebody’s already.',
  'last-key': 'A last key is not taken away: nobody could come back.',
} as const;
export type PersonRefusal = keyof typeof PERSON_REFUSALS;

export class PersonRefused extends Error {
  override readonly name = 'PersonRefused';
  readonly code: PersonRefusal;

  constructor(code: PersonRefusal) {
    super(PERSON_REFUSALS[code]);
    this.code = code;
  }
}

export interface PersonTables {
  /** `person`: 32 hex digits, random. */
  readonly person_key: { readonly kid: string; readonly person: string; readonly key: string };
  readonly person_case: { readonly case: string; readonly person: string; readonly standing: Standing };
  /** By the digest of what was handed out; `until`: NumericDate. */
  readonly invitation: { readonly digest: Uint8Array; readonly case: string; readonly standing: Standing; readonly until: number };
}

const TOKEN_BYTES = 32;
const PERSON_BYTES = 16;

export interface PersonsOptions {
  readonly database: VaultDatabase<PersonTables>;
  readonly random: (bytes: number) => Uint8Array;
}

type Rows = Transaction<PersonTables>;

export class Persons {
  readonly #database: VaultDatabase<PersonTables>;
  readonly #random: (bytes: number) => Uint8Array;

  constructor({ database, random }: PersonsOptions) {
    this.#database = database;
    this.#random = random;
  }

  async create(): Promise<void> {
    const { db, types } = this.#database;
    const [bytes, integer, text] = [sql.raw(types.bytes), sql.raw(types.integer), sql.raw(types.text)];
    await sql`CREATE TABLE IF NOT EXISTS person_key (kid ${text} PRIMARY KEY, person ${text} NOT NULL, key ${text} NOT NULL)`.execute(db);
    await sql`CREATE INDEX IF NOT EXISTS person_key_person ON person_key (person)`.execute(db);
    await sql`CREATE TABLE IF NOT EXISTS person_case (
      "case" ${text} NOT NULL, person ${text} NOT NULL, standing ${text} NOT NULL, PRIMARY KEY ("case", person)
    )`.execute(db);
    await sql`CREATE INDEX IF NOT EXISTS person_case_person ON person_case (person)`.execute(db);
    await sql`CREATE TABLE IF NOT EXISTS invitation (
      digest ${bytes} PRIMARY KEY, "case" ${text} NOT NULL, standing ${text} NOT NULL, until ${integer} NOT NULL
    )`.execute(db);
  }

  /** What the office hands out, 43 characters, good once until `until` (NumericDate). Those that are over go. */
  async invite({ case: handle, standing }: OwnCase, until: number, nowSeconds: number): Promise<string> {
    const token = Buffer.from(this.#random(TOKEN_BYTES)).toString('base64url');
    await this.#database.db.transaction().execute(async (rows) => {
      await rows.deleteFrom('invitation').where('until', '<=', nowSeconds).execute();
      await rows
        .insertInto('invitation')
        .values({ digest: digestOf(token), case: handle, standing, until })
        .execute();
    });
    return token;
  }

  /** Somebody new takes their case with keys of their own. Throws `PersonRefused`. Answers their name in the vault. */
  async enrol(token: string, keys: readonly PersonKey[], nowSeconds: number): Promise<string> {
    const person = Buffer.from(this.#random(PERSON_BYTES)).toString('hex');
    await this.#database.db.transaction().execute(async (rows) => {
      await this.#take(rows, token, person, nowSeconds);
      await this.#addKeys(rows, person, keys);
    });
    return person;
  }

  /** Somebody who is known takes another case. Throws `PersonRefused`. */
  async join(token: string, person: string, nowSeconds: number): Promise<void> {
    await this.#database.db.transaction().execute((rows) => this.#take(rows, token, person, nowSeconds));
  }

  /** Throws `PersonRefused`. */
  async addKey(person: string, key: PersonKey): Promise<void> {
    await this.#database.db.transaction().execute((rows) => this.#addKeys(rows, person, [key]));
  }

  /** Throws `PersonRefused` where it is their last. */
  async removeKey(person: string, kid: string): Promise<void> {
    await this.#database.db.transaction().execute(async (rows) => {
      await rows.deleteFrom('person_key').where('kid', '=', kid).where('person', '=', person).execute();
      const left = await rows.selectFrom('person_key').select('kid').where('person', '=', person).limit(1).execute();
      if (left.length === 0) throw new PersonRefused('last-key');
    });
  }

  async ofKey(kid: string): Promise<{ readonly person: string; readonly key: string } | undefined> {
    const found = await this.#database.db.selectFrom('person_key').select(['person', 'key']).where('kid', '=', kid).executeTakeFirst();
    return found === undefined ? undefined : { person: found.person, key: found.key };
  }

  async casesOf(person: string): Promise<readonly OwnCase[]> {
    const { db } = this.#database;
    const found = await db.selectFrom('person_case').selectAll().where('person', '=', person).orderBy('case').execute();
    return found.map(({ case: handle, standing }) => ({ case: handle, standing }));
  }

  /** The links to these cases go, and whoever has no case left goes with their keys. */
  async erase(handles: readonly string[], rows: Rows): Promise<void> {
    const touched = await rows.deleteFrom('person_case').where('case', 'in', handles).returning('person').execute();
    await rows.deleteFrom('invitation').where('case', 'in', handles).execute();
    const persons = [...new Set(touched.map(({ person }) => person))];
    if (persons.length === 0) return;
    await rows
      .deleteFrom('person_key')
      .where('person', 'in', persons)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('person_case').select('person').whereRef('person_case.person', '=', 'person_key.person'))),
      )
      .execute();
  }

  async #take(rows: Rows, token: string, person: string, nowSeconds: number): Promise<void> {
    const [found] = await rows
      .deleteFrom('invitation')
      .where('digest', '=', digestOf(token))
      .where('until', '>', nowSeconds)
      .returning(['case', 'standing'])
      .execute();
    if (found === undefined) throw new PersonRefused('invitation-unknown');
    await rows
      .insertInto('person_case')
      .values({ ...found, person })
      .onConflict((one) => one.doNothing())
      .execute();
  }

  async #addKeys(rows: Rows, person: string, keys: readonly PersonKey[]): Promise<void> {
    const values: Insertable<PersonTables['person_key']>[] = keys.map(({ kid, key }) => ({ kid, key, person }));
    const added = await rows
      .insertInto('person_key')
      .values(values)
      .onConflict((one) => one.doNothing())
      .returning('kid')
      .execute();
    if (added.length < values.length) throw new PersonRefused('key-taken');
  }
}

/** 256 random bits need no salt. */
function digestOf(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest();
}
