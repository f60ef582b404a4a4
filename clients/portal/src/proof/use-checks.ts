/** What was given so far on the page that checks proofs, and what came of it. */
import { useCallback, useRef, useState } from 'react';
import { type Given, readFile } from './given.ts';
import { type Outcome, outcomeOf, type Provable } from './outcome.ts';

/** A policy as a file held it. */
export interface OwnPolicy {
  readonly name: string;
  readonly text: string;
}

/** A file that is no proof: a document, or a report, which a proof may name. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The newest so many. */
const FILES_MAX = 4;
/** Files that are taken at once. */
const AT_ONCE_MAX = 8;

/** Why nothing could be checked, by its message. */
type Trouble = 'verify.no-policy' | 'verify.no-code' | 'verify.no-file';

export interface Checks {
  readonly policy: OwnPolicy | undefined;
  readonly outcome: Outcome | undefined;
  readonly files: readonly GivenFile[];
  /** Hex. */
  readonly salts: readonly string[];
  readonly trouble: Trouble | undefined;
  /** `name`: of the file. */
  readonly take: (given: Given, name?: string) => Promise<void>;
  readonly takeFile: (file: File | undefined) => Promise<void>;
  /** A proof, its policy, and what it names may be given together. */
  readonly takeFiles: (files: FileList | null) => Promise<void>;
}

export function useChecks(): Checks {
  const [policy, setPolicy] = useState<OwnPolicy>();
  const [outcome, setOutcome] = useState<Outcome>();
  const [files, setFiles] = useState<readonly GivenFile[]>([]);
  const [salts, setSalts] = useState<readonly string[]>([]);
  const [trouble, setTrouble] = useState<Trouble>();
  // Several files may be given at once, before the page is drawn anew: each is checked with what came before it.
  const last = useRef<{ proof?: Provable; policy?: OwnPolicy }>({});

  const check = useCallback(async (): Promise<void> => {
    const { proof, policy: own } = last.current;
    if (proof === undefined) return;
    const come = await outcomeOf(proof, own?.text).catch(() => undefined);
    setOutcome(come);
    setTrouble(come === undefined ? 'verify.no-policy' : undefined);
  }, []);

  const take = useCallback(
    async (given: Given, name = ''): Promise<void> => {
      setTrouble(given.kind === 'no-code' ? 'verify.no-code' : undefined);
      if (given.kind === 'no-code') setOutcome(undefined);
      else if (given.kind === 'document')
        setFiles((known) => [...known.filter((one) => one.name !== name), { name, bytes: given.bytes }].slice(-FILES_MAX));
      else if (given.kind === 'salt') setSalts((known) => [...new Set([...known, given.salt])].slice(-FILES_MAX));
      else if (given.kind === 'policy') {
        last.current.policy = { name, text: given.text };
        setPolicy(last.current.policy);
        await check();
      } else {
        last.current.proof = given;
        await check();
      }
    },
    [check],
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

  const takeFiles = useCallback(
    async (given: FileList | null): Promise<void> => {
      for (const file of [...(given ?? [])].slice(0, AT_ONCE_MAX)) await takeFile(file);
    },
    [takeFile],
  );

  return { policy, outcome, files, salts, trouble, take, takeFile, takeFiles };
}
