/**
 * Founds the demo town's ledger: everybody's keys are made here and kept beside it, which only a demo may do; an office's officers make
 * theirs on their own devices.
 */
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InventedOfficer } from '@tabularium/api';
import { catalogue } from '@tabularium/catalogue';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import type { Charter, EnrolledKey } from '@tabularium/kernel';
import { foundLedger } from '@tabularium/node';
import { type PublicJwk, thumbprint } from '@tabularium/protocol';
import { demoCharterDraft, foundingTime, OFFICERS, type SigningKey } from '@tabularium/scenarios';
import { openWitness } from '@tabularium/witness';

export interface DemoPlace {
  readonly dir: string;
  /** Data directory of the town's node. */
  readonly town: string;
  /** Directory of its witness, the Court of Audit. */
  readonly witness: string;
  /** Keys of all officers: demo only. */
  readonly officers: string;
  /** The town and its witness as they were when the year was whole. */
  readonly beginning: string;
  /** Names this run: another after each beginning anew. */
  readonly run: string;
  /** Written last: the year is whole. */
  readonly done: string;
}

export function demoPlace(dir: string): DemoPlace {
  return {
    dir,
    town: join(dir, 'town'),
    witness: join(dir, 'court-of-audit'),
    officers: join(dir, 'officers'),
    beginning: join(dir, 'beginning'),
    run: join(dir, 'run'),
    done: join(dir, 'year.json'),
  };
}

/** Whether the year was written to its end. Throws where that was another version's town, with other officers. */
export function isFounded(place: DemoPlace): boolean {
  if (!existsSync(place.done)) return false;
  if (OFFICERS.every(({ code }) => existsSync(keyFile(place, code, 1)))) return true;
  throw new Error(`${place.dir} holds the town of another version; remove that folder, or name a new one with  npm start -- --data FOLDER`);
}

/** What a first start leaves behind that was interrupted, or nothing: anything else in the directory is somebody else's. */
const PARTS = ['town', 'court-of-audit', 'officers', 'beginning', 'beginning.new', 'run', 'run.new', 'lock.db', 'year.json.new'];

/** Throws where the directory holds what no demo wrote. */
export function requireOwnPlace({ dir }: DemoPlace): void {
  const strange = existsSync(dir) ? readdirSync(dir).filter((name) => !PARTS.includes(name)) : [];
  if (strange.length > 0) throw new Error(`${dir} holds other files (${strange[0]}); name an empty or new folder`);
}

/** Remove the part of a year that an interrupted first start left. The caller holds the directory's lock. */
export function clearPlace({ town, witness, officers, beginning, run }: DemoPlace): void {
  for (const part of [town, witness, officers, beginning, run]) rmSync(part, { recursive: true, force: true });
}

export interface FoundedDemo {
  readonly charter: Charter;
  readonly year: number;
}

/** The newest budget year whose closing, in the February after it, lies in the past. */
export function wholeYear(now: number): number {
  const date = new Date(now);
  return date.getUTCMonth() >= 2 ? date.getUTCFullYear() - 1 : date.getUTCFullYear() - 2;
}

/** Make keys, witness and charter, and write the first block, at the demo year's own time. */
export function foundDemo(place: DemoPlace, year: number): FoundedDemo {
  const officers: Record<string, EnrolledKey[]> = {};
  mkdirSync(place.officers, { recursive: true, mode: 0o700 });
  for (const { code } of OFFICERS) {
    officers[code] = [1, 2].map((n) => {
      const { privateKey, jwk } = generateEs256();
      const { d } = privateKey.export({ format: 'jwk' });
      // As `tabularium key new` writes them, so that the reader can sign as any officer.
      const key = `${JSON.stringify({ ...jwk, d, kid: thumbprint(jwk, nodeCrypto) })}\n`;
      writeFileSync(keyFile(place, code, n), key, { mode: 0o600, flag: 'wx' });
      return { kind: 'es256', jwk };
    });
  }
  const { witness, close } = openWitness({ dir: place.witness, name: 'court-of-audit.example/vellmere', logs: [] });
  close();
  const charter = foundLedger({
    dir: place.town,
    clock: () => foundingTime(year),
    draft: (node) =>
      demoCharterDraft(year, catalogue, {
        officers,
        nodes: { vellmere: { agency: 'vellmere', ...node } },
        witnesses: { 'court-of-audit': { vkey: witness.vkey } },
      }),
  });
  return { charter, year };
}

/** What the finished demo remembers of itself, to say what to try. */
export interface DemoNotes {
  readonly year: number;
  /** Name of the school roof's last payment, and of others worth a look. */
  readonly names: Readonly<Record<string, string>>;
}

export function saveNotes(place: DemoPlace, notes: DemoNotes): void {
  // Under its name when it is whole: this file says that the year is.
  writeFileSync(`${place.done}.new`, `${JSON.stringify(notes, null, 2)}\n`, { flush: true });
  renameSync(`${place.done}.new`, place.done);
}

export function loadNotes(place: DemoPlace): DemoNotes {
  return JSON.parse(readFileSync(place.done, 'utf8')) as DemoNotes;
}

/** The demo's everyday key of an officer, from disk. */
export function officerKey(place: DemoPlace, officer: string): SigningKey {
  const jwk = JSON.parse(readFileSync(keyFile(place, officer, 1), 'utf8')) as PublicJwk & { readonly d: string };
  const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return { kid: thumbprint(jwk, nodeCrypto), sign: signEs256(privateKey) };
}

/** Everybody's everyday key, for pages that try things out. */
export function inventedOfficers(place: DemoPlace): readonly InventedOfficer[] {
  return OFFICERS.map(({ code, roles }) => {
    const { kty, crv, x, y, d } = JSON.parse(readFileSync(keyFile(place, code, 1), 'utf8')) as InventedOfficer['jwk'];
    return { officer: code, roles, jwk: { kty, crv, x, y, d } };
  });
}

function keyFile({ officers }: DemoPlace, officer: string, n: number): string {
  return join(officers, `${officer}-${n}.key.json`);
}
