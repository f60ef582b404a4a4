/**
 * How far everybody can use these pages, as Implementing Decision (EU) 2018/1523 has an office say it, and a form to say what is hard: a plain
 * form, so that it works where scripts fail.
 */
import { Alert, Button, Card, Field, Heading, Input, Label, Paragraph, Textarea } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { getJson, office } from '../data/api.ts';
import { type MessageId, useWords } from '../words/use-words.ts';

const MISSING: readonly MessageId[] = ['accessible.missing-typed', 'accessible.missing-codes'];
const SENT: Readonly<Record<string, MessageId>> = { yes: 'accessible.sent', later: 'accessible.later', empty: 'accessible.empty' };

export function Accessibility() {
  const say = useWords();
  const { data } = useSuspenseQuery(office);
  const { sent } = useSearch({ from: '/accessibility' });
  const about = useQuery({ queryKey: ['data'], queryFn: () => getJson<{ readonly contact?: string }>('/api/v1/data') });
  const answer = sent !== undefined && Object.hasOwn(SENT, sent) ? SENT[sent] : undefined;
  const contact = about.data?.contact;
  return (
    <>
      <Heading level={1}>{say('accessible.title')}</Heading>
      <p className="lead">{say('accessible.lead', { office: data.office })}</p>
      {answer !== undefined && (
        <Alert data-color={sent === 'yes' ? 'success' : 'warning'} role="status">
          <Paragraph>{say(answer)}</Paragraph>
        </Alert>
      )}
      <Card>
        <Card.Block>
          <Heading level={2} data-size="sm">
            {say('accessible.how-far')}
          </Heading>
          <Paragraph>{say('accessible.partially')}</Paragraph>
          <ul>
            {MISSING.map((word) => (
              <li key={word}>{say(word)}</li>
            ))}
          </ul>
        </Card.Block>
        <Card.Block>
          <Heading level={2} data-size="sm">
            {say('accessible.how-known')}
          </Heading>
          <Paragraph>{say('accessible.tested')}</Paragraph>
        </Card.Block>
        <Card.Block>
          <Heading level={2} data-size="sm">
            {say('accessible.nothing-happens')}
          </Heading>
          <Paragraph>{say('accessible.body')}</Paragraph>
        </Card.Block>
      </Card>
      <Card>
        <Card.Block>
          <Heading level={2} data-size="sm">
            {say('accessible.tell')}
          </Heading>
          <form className="tell" action="/accessibility/feedback" method="post">
            <Field>
              <Label>{say('accessible.page')}</Label>
              <Input name="page" maxLength={200} />
            </Field>
            <Field>
              <Label>{say('accessible.what')}</Label>
              <Textarea name="text" rows={5} maxLength={4000} required />
            </Field>
            <p className="note">{say('accessible.kept')}</p>
            <div>
              <Button type="submit">{say('accessible.send')}</Button>
            </div>
          </form>
          {contact !== undefined && (
            <p>
              {say('accessible.contact')} <a href={`mailto:${contact}`}>{contact}</a>
            </p>
          )}
        </Card.Block>
      </Card>
    </>
  );
}
