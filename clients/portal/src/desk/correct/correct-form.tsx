/** Each member that may change, with what stands there beside it; what the rules say while somebody types; and the differences, before one signs. */
import { Button, Heading } from '@digdir/designsystemet-react';
import type { JsonObject } from '@tabularium/protocol';
import { randomBytes } from '@tabularium/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { type FieldValues, FormProvider, useForm, useWatch } from 'react-hook-form';
import { office } from '../../data/api.ts';
import type { Me } from '../../keys/me.ts';
import { type Signed, signAndSend } from '../../keys/sign-and-send.ts';
import { codeWords } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import { SeeChanges } from '../changes.tsx';
import type { Entitlement, Form } from '../desk-data.ts';
import { emptyValues, readBody, type Values } from '../forms/body.ts';
import { Fields } from '../forms/field-parts.tsx';
import { type Field, fieldsOf, type Schema } from '../forms/fields.ts';
import { FormFacts } from '../forms/form-context.ts';
import { requestOf, zeroSalt } from '../forms/request-of.ts';
import { SameAgain } from '../forms/same-again.ts';
import { useLocale } from '../forms/use-locale.ts';
import { Value } from '../members.tsx';
import { RefusalWords } from '../refusal.tsx';
import { SignBar } from '../sign-bar.tsx';
import { SignedOutcome } from '../signed-outcome.tsx';
import { useDryRun } from '../use-dry-run.ts';
import { correctable, type Difference, differences, type Held, valuesOf } from './correction.ts';

interface CorrectFormProps {
  readonly me: Me;
  readonly form: Form & { readonly schema: Schema };
  readonly right: Entitlement;
  readonly stateKey: string;
  /** As the ledger proves it. */
  readonly record: Held;
  readonly outcome: Signed | undefined;
  readonly onSigned: (outcome: Signed) => void;
}

const REASON = 'reason';

export function CorrectForm({ me, form, right, stateKey, record, outcome, onSigned }: CorrectFormProps) {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const locale = useLocale();
  const { change = {}, reason = {} } = form.schema.properties ?? {};
  const fields = useMemo(() => correctable(change, record, codeWords), [change, record]);
  const reasons = useMemo(() => fieldsOf({ properties: { reason }, required: [REASON] }, codeWords), [reason]);
  const begun = useMemo(() => ({ ...valuesOf(fields, record, locale), ...emptyValues(reasons) }), [fields, reasons, record, locale]);
  const methods = useForm<FieldValues>({ defaultValues: begun, mode: 'onTouched' });
  const values = useWatch({ control: methods.control }) as Values;
  const [wasTried, setTried] = useState(false);
  const [isSigning, setSigning] = useState(false);
  const again = useRef(new SameAgain());
  const read = readBody(fields, values, locale);
  const why = readBody(reasons, values, locale);
  const faults = { ...read.faults, ...why.faults };
  const differing = read.body === undefined ? [] : differences(fields, read.body, record);
  const isFilled = Object.keys(faults).length === 0 && differing.length > 0;
  const body: JsonObject | undefined = isFilled
    ? { key: stateKey, ...why.body, change: Object.fromEntries(differing.map(({ name, after }) => [name, after])) }
    : undefined;
  const { verdict, isAsking, isLost } = useDryRun(body === undefined ? undefined : requestOf(form, right, body, zeroSalt), me, origin);
  const refused = verdict?.kind === 'refused' ? verdict : undefined;
  const isReady = body !== undefined && verdict?.kind === 'accepted' && !isAsking;
  const sign = async (): Promise<void> => {
    setTried(true);
    const [first] = Object.keys(faults);
    if (first !== undefined) return void methods.setFocus(first as never);
    if (!isReady) return;
    setSigning(true);
    const same = again.current.request(JSON.stringify(body), Date.now(), () => requestOf(form, right, body, () => randomBytes(16)));
    const answer = await signAndSend(same, me, origin);
    if (answer.kind !== 'busy' && answer.kind !== 'unsigned') again.current.answered();
    setSigning(false);
    onSigned(answer);
  };
  const status =
    differing.length === 0
      ? say('correct.nothing-yet')
      : body !== undefined && (isAsking ? say('form.asking') : isReady ? say('form.allowed') : '');
  return (
    <FormProvider {...methods}>
      <FormFacts.Provider value={{ me, form, faults, refusedItems: [], wasTried, decimal: locale.decimal }}>
        <form
          className="form"
          noValidate
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            void sign();
          }}
        >
          <div className="asked">
            {fields.map((field) => (
              <Beside key={field.name} field={field} stands={record[field.name]} schema={change.properties?.[field.name]} />
            ))}
            <Fields fields={reasons} path="" />
            <div aria-live="polite">
              {refused !== undefined && <RefusalWords refused={refused} isQuiet />}
              {verdict?.kind === 'malformed' && <p className="note">{verdict.detail}</p>}
              {isLost && <p className="note">{say('form.lost')}</p>}
            </div>
            {outcome !== undefined && <SignedOutcome outcome={outcome} />}
          </div>
          <Differences of={differing} schema={change} />
          <SignBar status={status} more={differing.length > 0 && <SeeChanges />}>
            <Button type="submit" disabled={isSigning}>
              {say(right.signers > 1 ? 'form.propose' : 'desk.sign')}
            </Button>
          </SignBar>
        </form>
      </FormFacts.Provider>
    </FormProvider>
  );
}

interface BesideProps {
  readonly field: Field;
  readonly stands: unknown;
  readonly schema: Schema | undefined;
}

function Beside({ field, stands, schema }: BesideProps) {
  const say = useWords();
  return (
    <div className="now-and-new">
      <div className="stands">
        <span className="note">{say('correct.now')}</span> {stands === undefined ? '–' : <Value value={stands} schema={schema} />}
      </div>
      <Fields fields={[field]} path="" />
    </div>
  );
}

/** What stands and what should, side by side, letter for letter. */
function Differences({ of, schema }: { readonly of: readonly Difference[]; readonly schema: Schema }) {
  const say = useWords();
  if (of.length === 0) return null;
  return (
    <div className="changes">
      <Heading level={2} data-size="xs">
        {say('form.changes')}
      </Heading>
      <dl className="facts">
        {of.map(({ name, label, before, after }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd className="old-and-new">
              <del>{before === undefined ? '–' : <Value value={before} schema={schema.properties?.[name]} />}</del>
              <ins>
                <Value value={after} schema={schema.properties?.[name]} />
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
