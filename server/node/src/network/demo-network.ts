/** A town of several agencies with officers whose keys lie beside it: for trying a network out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { charterDigest } from '../charter-digest.ts';
import { dataDirectory } from '../data-directory.ts';
import { DemoOfficers } from '../demo-officers.ts';
import { foundLedger } from '../found-ledger.ts';
import { PROFILES, profileDraft } from '../founding-profiles.ts';
import { type OpenLedger, withLedger } from '../open-ledger.ts';
import { type LocalNode, layOutNetwork } from './local-network.ts';
import { type Amendment, bodyOf } from './term-amendment.ts';

/** Whose nodes they are, the founder's first; further ones are numbered. */
const AGENCIES = ['office', 'court', 'review', 'archive'] as const;
/** Officers of the town whose three signatures amend its charter. */
const SIGNERS = ['mayor', 'clerk', 'auditor-1'] as const;

export function agenciesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => AGENCIES[n] ?? `agency-${n + 1}`);
}

/** Founds the town, accepted by its founders; its officers' keys lie beside the ledger. What was begun before goes on. */
export async function foundDemoTown(dir: string): Promise<DemoOfficers> {
  const place = dataDirectory(dir);
  if (!existsSync(place.charter)) {
    const officers = DemoOfficers.make(Object.keys(PROFILES.town.posts));
    officers.save(place.officers);
    foundLedger({
      dir: place.dir,
      draft: (node) =>
        profileDraft({
          profile: 'town',
          name: 'network.example',
          zone: 'Europe/Vienna',
          holidays: [],
          keys: officers.enrolled,
          witnesses: {},
          log: 'public',
          node,
          now: Date.now(),
        }),
    });
  }
  const officers = DemoOfficers.load(place.officers);
  await withLedger(place.dir, (ledger) => accept(ledger, officers));
  return officers;
}

/** The town in the first agency's folder, and the network laid out. `onStep`: told of what is done next, in words. */
export async function foundDemoNetwork(dir: string, count: number, onStep?: (words: string) => void): Promise<readonly LocalNode[]> {
  const agencies = agenciesOf(count);
  onStep?.(`${agencies[0]!} founds the ledger, and its founders accept it`);
  const officers = await foundDemoTown(join(dir, agencies[0]!));
  return layOutNetwork({
    dir,
    agencies: agencies.map((agency) => ({ agency, folder: agency })),
    amend: (change, ledger) => amendCharter(change, ledger, officers),
    ...(onStep === undefined ? {} : { onStep }),
  });
}

async function accept({ engine, charter }: OpenLedger, officers: DemoOfficers): Promise<void> {
  const act = { ledger: charter.origin, action: 'kernel.charter.accept', body: { charter: charterDigest(charter, nodeCrypto) } };
  for (const post of charter.founding.officers) await engine.submit(officers.sign(post, act));
}

/** Signed by as many as the town's charter asks for. */
export async function amendCharter(
  change: Amendment,
  { engine, charter }: Pick<OpenLedger, 'engine' | 'charter'>,
  officers: DemoOfficers,
): Promise<void> {
  const ledger = charter.origin;
  const [first, ...others] = SIGNERS;
  const proposed = await engine.submit(
    officers.sign(first, { ledger, action: 'kernel.propose', body: { action: 'kernel.charter.amend', body: bodyOf(change) } }),
  );
  if (proposed.kind !== 'accepted') throw new Error(`the amendment was not taken: ${JSON.stringify(proposed)}`);
  for (const post of others) {
    const outcome = await engine.submit(officers.sign(post, { ledger, action: 'kernel.approve', body: { proposal: proposed.name } }));
    if (outcome.kind !== 'accepted') throw new Error(`${post} could not approve the amendment: ${JSON.stringify(outcome)}`);
  }
}
