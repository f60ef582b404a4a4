/** A key is lost: what to do, in the order in which it helps, and each step done where it can be done. */
import './keys.css';
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../words/use-words.ts';

export function Lost() {
  const say = useWords();
  return (
    <>
      <Heading level={1}>{say('lost.title')}</Heading>
      <Paragraph className="lead">{say('lost.lead')}</Paragraph>
      <section className="part">
        <Heading level={2} data-size="sm">
          {say('lost.one-left')}
        </Heading>
        <ol className="steps">
          <li>{say('lost.one-left-1')}</li>
          <li>
            {say('lost.one-left-2')} <Link to="/keys">{say('keys.title')}</Link>
          </li>
          <li>{say('lost.one-left-3')}</li>
        </ol>
      </section>
      <section className="part">
        <Heading level={2} data-size="sm">
          {say('lost.none-left')}
        </Heading>
        <ol className="steps">
          <li>{say('lost.none-left-1')}</li>
          <li>
            {say('lost.none-left-2')} <Link to="/keys/new">{say('keys.new-here')}</Link>
          </li>
          <li>{say('lost.none-left-3')}</li>
          <li>{say('lost.none-left-4')}</li>
        </ol>
      </section>
      <section className="part">
        <Heading level={2} data-size="sm">
          {say('lost.meanwhile')}
        </Heading>
        <Paragraph>{say('lost.meanwhile-said')}</Paragraph>
      </section>
    </>
  );
}
