/**
 * Whatever carries a proof is checked here, by this browser itself: a receipt, fields that a holder shows, a fact, a stamp, a certificate's PDF, the
 * code that stands on it.
 * Nobody is asked but for the policy, and nobody at all where that is given by file.
 */
import { Button, Heading, Paragraph, Textarea } from '@digdir/designsystemet-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { getText } from '../data/api.ts';
import { Camera, hasCamera } from '../proof/camera.tsx';
import { ChangedCharacter } from '../proof/changed-character.tsx';
import { loadReader } from '../proof/code-in-picture.ts';
import { type Given, readCode } from '../proof/given.ts';
import { OutcomeShown } from '../proof/outcome-shown.tsx';
import { type OwnPolicy, useChecks } from '../proof/use-checks.ts';
import { usePasted } from '../proof/use-pasted.ts';
import { useWords } from '../words/use-words.ts';
import './verify.css';

/** By an entry's name, as an address asks for it. */
const receiptOf = (name: string) =>
  queryOptions({
    queryKey: ['receipt', name],
    queryFn: () => getText(`/api/v1/receipts/${encodeURIComponent(name)}?wait=quorum`),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function Verify() {
  const say = useWords();
  const [looking, setLooking] = useState(false);
  const { policy, outcome, files, salts, trouble, take, takeFile, takeFiles } = useChecks();
  const pasted = usePasted(take);
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (outcome !== undefined) shown.current?.scrollIntoView({ block: 'nearest' });
  }, [outcome]);
  const { leave } = pasted;
  const takeCode = useCallback(
    (text: string) => {
      setLooking(false);
      leave();
      void readCode(text).then((given) => take(given));
    },
    [take, leave],
  );
  useOpenedByCode(take);
  useNamed(pasted.check);
  const takeAll = (given: FileList | null): void => {
    leave();
    void takeFiles(given);
  };
  const takePicture = async (file: File | undefined): Promise<void> => {
    leave();
    await takeFile(file);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    takeAll(event.dataTransfer.files);
  };
  return (
    <>
      <Heading level={1}>{say('verify.title')}</Heading>
      <Paragraph className="lead">{say('verify.lead')}</Paragraph>
      <p className="note">
        {say('verify.hold')} <Link to="/present">{say('present.title')}</Link>
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is one more way beside the field and the buttons within. */}
      <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <label className="file">
          {say('verify.file')}
          <input type="file" multiple onChange={({ target }) => takeAll(target.files)} />
        </label>
        <Ways looking={looking} onLook={() => setLooking(true)} onPicture={takePicture} />
        {looking && <Camera onCode={takeCode} onEnd={() => setLooking(false)} />}
        <label htmlFor="receipt">{say('verify.receipt')}</label>
        <Textarea id="receipt" rows={5} spellCheck={false} value={pasted.text} onChange={({ target }) => pasted.type(target.value)} />
        <div className="links">
          <Button disabled={pasted.text.trim() === ''} onClick={() => pasted.check(pasted.text)}>
            {say('verify.check')}
          </Button>
        </div>
        <PolicyChoice policy={policy} onFile={takeFile} />
      </div>
      <div ref={shown}>
        {trouble !== undefined && <p role="alert">{say(trouble)}</p>}
        {outcome !== undefined && (
          <OutcomeShown {...{ outcome, files, salts }} change={pasted.isChecked && <ChangedCharacter of={pasted} />} />
        )}
        {outcome === undefined && files.length > 0 && <p role="status">{say('verify.document-first')}</p>}
      </div>
    </>
  );
}

/** The code by camera, where the browser gives one to this page; by a picture of it everywhere. */
function Ways({
  looking,
  onLook,
  onPicture,
}: {
  readonly looking: boolean;
  readonly onLook: () => void;
  readonly onPicture: (file: File | undefined) => Promise<void>;
}) {
  const say = useWords();
  return (
    <div className="file">
      {hasCamera() && !looking && (
        <Button variant="secondary" onClick={onLook}>
          {say('verify.camera')}
        </Button>
      )}
      <label className="file">
        {say('verify.picture')}
        <input type="file" accept="image/*" onChange={({ target }) => void onPicture(target.files?.[0])} />
      </label>
    </div>
  );
}

function PolicyChoice({
  policy,
  onFile,
}: {
  readonly policy: OwnPolicy | undefined;
  readonly onFile: (file: File | undefined) => Promise<void>;
}) {
  const say = useWords();
  return (
    <details>
      <summary>{say('verify.policy')}</summary>
      <Paragraph data-size="sm">{say('verify.policy-why')}</Paragraph>
      <label className="file">
        {say('verify.policy-file')}
        <input type="file" accept=".txt,.policy,text/plain" onChange={({ target }) => void onFile(target.files?.[0])} />
      </label>
      {policy !== undefined && <p className="note">{say('verify.policy-given', { name: policy.name })}</p>}
    </details>
  );
}

/** An entry that the address names: its receipt is checked once, by itself. */
function useNamed(check: (text: string) => void): void {
  const { entry } = useSearch({ from: '/verify' });
  const named = useQuery({ ...receiptOf(entry ?? ''), enabled: entry !== undefined }).data;
  const taken = useRef<string>(undefined);
  useEffect(() => {
    if (named === undefined || taken.current === named) return;
    taken.current = named;
    check(named);
  }, [named, check]);
}

/** A phone's own camera opens the address that a code holds: the proof stands behind its `#`. */
function useOpenedByCode(take: (given: Given) => Promise<void>): void {
  const [opened, setOpened] = useState('');
  useEffect(() => {
    void loadReader().catch(() => undefined);
    const look = (): void => setOpened(globalThis.location.hash);
    look();
    globalThis.addEventListener('hashchange', look);
    return () => globalThis.removeEventListener('hashchange', look);
  }, []);
  useEffect(() => {
    if (!/^#[pr]=/.test(opened)) return;
    // Read once: what is shown afterwards is for whoever gives something else.
    setOpened('');
    void readCode(opened).then(take);
  }, [opened, take]);
}
