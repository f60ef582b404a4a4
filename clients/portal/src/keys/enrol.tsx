/** Somebody entitled opens the link with a person's new keys: appoints them as an officer, or replaces the keys that they lost. Others approve it. */
import './keys.css';
import { Alert, Card, Field, Heading, Label, Paragraph, Radio, Select, Textfield } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { codeWords, Day } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { ChooseOfficer } from './choose-officer.tsx';
import { checkCharacters, readEnrolment } from './enrolment.ts';
import { type Me, me as whoIAm } from './me.ts';
import { officesHere } from './officer-keys.ts';
import type { PasskeyToEnrol } from './passkey.ts';
import { SignThis } from './sign-this.tsx';
import { WhoseDesk } from './whose-desk.tsx';

/** As the charter spells a code (docs/spec/charter.md). */
const CODE = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
const DAY_MS = 86_400_000;

export function Enrol() {
  const say = useWords();
  const keys = readEnrolment(useLocation({ select: ({ hash }) => hash }));
  const { data } = useQuery(whoIAm);
  return (
    <>
      <Heading level={1}>{say('enrol.title')}</Heading>
      {keys === undefined ? (
        <Paragraph className="lead">{say('enrol.no-keys')}</Paragraph>
      ) : (
        <>
          <Paragraph className="lead">{say('enrol.lead', { count: keys.length })}</Paragraph>
          <Characters keys={keys} />
          {data === undefined && <Waiting />}
          {data === null && <ChooseOfficer />}
          {data !== undefined && data !== null && <Enrolling me={data} keys={keys} />}
        </>
      )}
    </>
  );
}

function Characters({ keys }: { readonly keys: readonly PasskeyToEnrol[] }) {
  const say = useWords();
  const { data } = useQuery({ queryKey: ['check-characters', keys.map(({ jwk }) => jwk.x)], queryFn: () => checkCharacters(keys) });
  return (
    <Alert data-color="info">
      <Paragraph>
        {say('enrol.compare')} <strong className="code">{data}</strong>
      </Paragraph>
    </Alert>
  );
}

type What = 'appoint' | 'replace';

function Enrolling({ me, keys }: { readonly me: Me; readonly keys: readonly PasskeyToEnrol[] }) {
  const say = useWords();
  const [what, setWhat] = useState<What>('appoint');
  return (
    <>
      <WhoseDesk me={me} />
      <fieldset className="choices">
        <legend>{say('enrol.what')}</legend>
        {(['appoint', 'replace'] as const).map((one) => (
          <Radio key={one} name="what" value={one} checked={what === one} label={say(`enrol.${one}`)} onChange={() => setWhat(one)} />
        ))}
      </fieldset>
      {what === 'appoint' ? <Appoint {...{ me, keys }} /> : <Replace {...{ me, keys }} />}
    </>
  );
}

interface EnrolProps {
  readonly me: Me;
  readonly keys: readonly PasskeyToEnrol[];
}

function Appoint({ me, keys }: EnrolProps) {
  const say = useWords();
  const { data } = useQuery(officesHere);
  const [officer, setOfficer] = useState('');
  const [role, setRole] = useState('');
  const [place, setPlace] = useState('');
  const [until, setUntil] = useState('');
  if (data === undefined) return <Waiting />;
  const agency = data.offices.get(place);
  const isWhole = CODE.test(officer) && role !== '' && agency !== undefined && until !== '';
  const terms = [{ role, office: place, until: Date.parse(until) + DAY_MS }];
  return (
    <>
      <Textfield
        label={say('enrol.officer')}
        description={say('enrol.officer-how')}
        error={officer === '' || CODE.test(officer) ? undefined : say('enrol.officer-how')}
        value={officer}
        autoComplete="off"
        onChange={({ target }) => setOfficer(target.value)}
      />
      <Choice label={say('enrol.role')} options={data.roles} value={role} onChoose={setRole} />
      <Choice label={say('enrol.office')} options={[...data.offices.keys()]} value={place} onChoose={setPlace} />
      <Textfield type="date" label={say('enrol.until')} value={until} onChange={({ target }) => setUntil(target.value)} />
      {isWhole && (
        <Proposal
          key={`${officer} ${role} ${place} ${until}`}
          me={me}
          action="kernel.officer.appoint"
          body={{ officer, agency, keys, roles: terms }}
          said={[
            [say('enrol.officer'), officer],
            [say('enrol.role'), codeWords(role)],
            [say('enrol.office'), `${codeWords(place)} (${codeWords(agency)})`],
            [say('enrol.until'), <Day key="until" day={until} />],
            [say('enrol.keys'), keys.length],
          ]}
        />
      )}
    </>
  );
}

function Replace({ me, keys }: EnrolProps) {
  const say = useWords();
  const [officer, setOfficer] = useState('');
  return (
    <>
      <Paragraph>{say('enrol.replace-how')}</Paragraph>
      <Textfield
        label={say('enrol.officer-known')}
        error={officer === '' || CODE.test(officer) ? undefined : say('enrol.officer-how')}
        value={officer}
        autoComplete="off"
        onChange={({ target }) => setOfficer(target.value)}
      />
      {CODE.test(officer) && (
        <Proposal
          key={officer}
          me={me}
          action="kernel.recovery.open"
          body={{ officer, keys }}
          said={[
            [say('enrol.officer'), officer],
            [say('enrol.keys'), keys.length],
          ]}
        />
      )}
    </>
  );
}

interface ProposalProps {
  readonly me: Me;
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly said: readonly (readonly [label: string, value: ReactNode])[];
}

/** Several sign: this is the first signature. */
function Proposal({ me, action, body, said }: ProposalProps) {
  const say = useWords();
  const request = { action: 'kernel.propose', body: { action, body: JSON.parse(JSON.stringify(body)) } };
  const title = say(action === 'kernel.officer.appoint' ? 'enrol.appoint' : 'enrol.replace');
  return (
    <Card>
      <Card.Block>
        <SignThis me={me} request={request} said={[[say('keys.you-sign'), title], ...said]} then={<p>{say('enrol.others-sign')}</p>} />
      </Card.Block>
    </Card>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string;
  readonly onChoose: (value: string) => void;
}

function Choice({ label, options, value, onChoose }: ChoiceProps) {
  const say = useWords();
  return (
    <Field>
      <Label>{label}</Label>
      <Select value={value} onChange={({ target }) => onChoose(target.value)}>
        <Select.Option value="">{say('enrol.choose')}</Select.Option>
        {options.map((one) => (
          <Select.Option key={one} value={one}>
            {codeWords(one)}
          </Select.Option>
        ))}
      </Select>
    </Field>
  );
}
