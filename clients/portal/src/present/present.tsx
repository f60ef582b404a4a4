/**
 * For whoever holds a record: they tick what to show of it, and get a code, a link and a file. All of it is made by this browser; the record goes
 * nowhere, and neither does what is made of it until its holder gives it to somebody.
 */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { HeldRecord } from '@tabularium/sdk';
import { Link } from '@tanstack/react-router';
import { type DragEvent, useCallback, useEffect, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { ChooseFields } from './choose-fields.tsx';
import { heldInFile, heldInLink } from './read-held.ts';
import './present.css';

export function Present() {
  const say = useWords();
  const [held, setHeld] = useState<HeldRecord>();
  const [trouble, setTrouble] = useState(false);
  const take = useCallback(async (reading: Promise<HeldRecord | undefined>): Promise<void> => {
    const read = await reading.catch(() => undefined);
    setHeld(read);
    setTrouble(read === undefined);
  }, []);
  useEffect(() => {
    const opened = globalThis.location.hash;
    if (opened.startsWith('#p=')) void take(heldInLink(opened));
  }, [take]);
  const takeFile = (file: File | undefined): void => {
    if (file !== undefined) void take(heldInFile(file));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    takeFile(event.dataTransfer.files[0]);
  };
  return (
    <>
      <Heading level={1}>{say('present.title')}</Heading>
      <Paragraph className="lead">{say('present.lead')}</Paragraph>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is one more way beside the field within. */}
      <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <label className="file">
          {say('present.file')}
          <input type="file" onChange={({ target }) => takeFile(target.files?.[0])} />
        </label>
        <p className="note">{say('present.stays')}</p>
      </div>
      {trouble && (
        <Alert data-color="warning" role="alert">
          <Paragraph>{say('present.none')}</Paragraph>
          <Paragraph>
            <Link to="/verify">{say('present.check-instead')}</Link>
          </Paragraph>
        </Alert>
      )}
      {held !== undefined && <ChooseFields key={held.entry} held={held} />}
    </>
  );
}
