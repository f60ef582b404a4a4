/** What was given so far on the page that checks proofs, and what came of it. */
import { useCallback, useState } from 'react';
import { type Given, readFile } from './given.ts';
import { type Outcome, outcomeOf, type Provable } from './outcome.ts';

/** A policy as a file held it. */
export interface OwnPolicy {
  readonly name: string;
  readonly text: string;
}

/** Why nothing could be checked, by its message. */
type Trouble = 'verify.no-policy' | 'verify.no-code' | 'verify.no-file';

export interface Checks {
  readonly policy: OwnPolicy | undefined;
  readonly outcome: Outcome | undefined;
  /** SHA-256 (hex) of a file that is no proof. */
  readonly document: string | undefined;
  readonly trouble: Trouble | undefined;
  /** `name`: of the file. */
  readonly take: (given: Given, name?: string) => Promise<void>;
  readonly takeFile: (file: File | undefined) => Promise<void>;
}

export function useChecks(): Checks {
  const [policy, setPolicy] = useState<OwnPolicy>();
  const [proof, setProof] = useState<Provable>();
  const [outcome, setOutcome] = useState<Outcome>();
  const [document, setDocument] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();

  const check = useCallback(async (given: Provable, own: OwnPolicy | undefined): Promise<void> => {
    setProof(given);
    const come = await outcomeOf(given, own?.text).catch(() => undefined);
    setOutcome(come);
    setTrouble(come === undefined ? 'verify.no-policy' : undefined);
  }, []);

  const take = useCallback(
    async (given: Given, name = ''): Promise<void> => {
      setTrouble(given.kind === 'no-code' ? 'verify.no-code' : undefined);
      if (given.kind === 'no-code') setOutcome(undefined);
      else if (given.kind === 'document') setDocument(given.digest);
      else if (given.kind === 'policy') {
        const own = { name, text: given.text };
        setPolicy(own);
        if (proof !== undefined) await check(proof, own);
      } else await check(given, policy);
    },
    [check, policy, proof],
  );

  const takeFile = useCallback(
    async (file: File | undefined): Promise<void> => {
      if (file === undefined) return;
      const given = await readFile(file).catch(() => undefined);
      if (given !== undefined) return await take(given, file.name);
      setOutcome(undefined);
      setTrouble('verify.no-file');
    },
    [take],
  );

  return { policy, outcome, document, trouble, take, takeFile };
}
