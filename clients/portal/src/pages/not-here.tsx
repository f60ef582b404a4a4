/** Where nothing stands. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../words/use-words.ts';

export function NotHere() {
  const say = useWords();
  return (
    <>
      <Heading level={1}>{say('not-here.title')}</Heading>
      <Paragraph>{say('not-here.text')}</Paragraph>
      <Link to="/">{say('not-here.home')}</Link>
    </>
  );
}
