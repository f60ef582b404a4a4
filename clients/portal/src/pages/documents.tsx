/**
 * Documents that belong to a record: who attached each, and what somebody else said of its signatures. The words are ADR 0015's: whoever reads
 * them must not think that this ledger judged anything.
 */
import { Heading, Tag } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { office } from '../data/api.ts';
import type { StoryDocument } from '../data/stories.ts';
import { codeWords, dayWords, whenWords } from '../parts/said.tsx';
import { useLanguage, useWords } from '../words/use-words.ts';

/** By what the validation found. */
const FOUND = {
  'total-passed': 'documents.said-passed',
  indeterminate: 'documents.said-indeterminate',
  'total-failed': 'documents.said-failed',
} as const;

interface DocumentsProps {
  readonly stateKey: string;
  readonly documents: readonly StoryDocument[];
  /** Whether somebody has a desk here, and the record still stands. */
  readonly canAttach: boolean;
}

export function Documents({ stateKey, documents, canAttach }: DocumentsProps) {
  const say = useWords();
  if (documents.length === 0 && !canAttach) return null;
  return (
    <section className="changed">
      <Heading level={2} data-size="sm">
        {say('documents.title')}
      </Heading>
      {documents.length > 0 && (
        <ul className="plain documents">
          {documents.map((document) => (
            <Attached key={document.tx} {...document} />
          ))}
        </ul>
      )}
      {canAttach && (
        <p>
          <Link to="/desk/do/$module/$form" params={{ module: 'kernel', form: 'form-document-attach' }} search={{ key: stateKey }}>
            {say('documents.attach')}
          </Link>
        </p>
      )}
    </section>
  );
}

function Attached({ tx, role, office: place, time, standing, said }: StoryDocument) {
  const say = useWords();
  const language = useLanguage();
  const { zone } = useSuspenseQuery(office).data;
  const by = { role: `${codeWords(role)}, ${codeWords(place)}`, when: whenWords(time, language, zone) };
  const found = FOUND[said?.indication as keyof typeof FOUND];
  return (
    <li>
      <p>
        {standing !== '' && (
          <>
            <Tag data-color="warning">{codeWords(standing)}</Tag>{' '}
          </>
        )}
        {said === undefined ? say('documents.said-nothing', by) : say(found, { ...by, service: said.by, on: dayWords(said.on, language) })}
      </p>
      <p className="links">
        <Link to="/record/$" params={{ _splat: `kernel/document/${tx}` }}>
          {say('documents.see')}
        </Link>
        <Link to="/verify" search={{ entry: tx }}>
          {say('documents.check')}
        </Link>
      </p>
    </li>
  );
}
