/** Fields, what the rules say while somebody types, what would change, and the one button that signs. */
import { Button, Heading } from '@digdir/designsystemet-react';
import { randomBytes } from '@tabularium/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { type FieldValues, FormProvider, useForm, useWatch } from 'react-hook-form';
import { office } from '../../data/api.ts';
import type { Me } from '../../keys/me.ts';
import { type Signed, signAndSend } from '../../keys/sign-and-send.ts';
import { codeWords } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import { Changes, SeeChanges, tellsChanges } from '../changes.tsx';
import type { Entitlement, Form } from '../desk-data.ts';
import { RefusalWords } from '../refusal.tsx';
import { SignBar } from '../sign-bar.tsx';
import { SignedOutcome } from '../signed-outcome.tsx';
import { useDryRun } from '../use-dry-run.ts';
import { emptyValues, prefill, readBody, type Values } from './body.ts';
import { Fields } from './field-parts.tsx';
import { fieldsOf, type Schema } from './fields.ts';
import { type FormContext, FormFacts } from './form-context.ts';
import { withMade } from './made.ts';
import { requestOf, zeroSalt } from './request-of.ts';
import { SameAgain } from './same-again.ts';
import { useLocale } from './use-locale.ts';

interface ActionFormProps {
  readonly me: Me;
  readonly form: Form & { readonly schema: Schema };
  readonly right: Entitlement;
  /** Members that the address names. */
  readonly prefilled: Readonly<Record<string, string>>;
  readonly outcome: Signed | undefined;
  readonly onSigned: (outcome: Signed) => void;
}

export function ActionForm({ me, form, right, prefilled, outcome, onSigned }: ActionFormProps) {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const locale = useLocale();
  const fields = useMemo(() => fieldsOf(form.schema, codeWords), [form]);
  const begun = useMemo(() => prefill(emptyValues(fields), fields, prefilled, locale.decimal), [fields, prefilled, locale.decimal]);
  const methods = useForm<FieldValues>({ defaultValues: begun, mode: 'onTouched' });
  const values = useWatch({ control: methods.control }) as Values;
  const [wasTried, setTried] = useState(false);
  const [isSigning, setSigning] = useState(false);
  const refusal = useRef<HTMLDivElement>(null);
  const made = useRef(new Map<string, string>());
  const again = useRef(new SameAgain());
  const { body, faults } = readBody(fields, withMade(values, form.made ?? [], made.current), locale);
  const dry = useDryRun(body === undefined ? undefined : requestOf(form, right, body, zeroSalt), me, origin);
  const { verdict, isAsking } = dry;
  const refused = verdict?.kind === 'refused' ? verdict : undefined;
  useBroughtIntoView(refusal, refused !== undefined && Object.keys(prefilled).length > 0);
  const facts: FormContext = { me, form, faults, refusedItems: refused?.items ?? [], wasTried, decimal: locale.decimal };
  const isReady = body !== undefined && verdict?.kind === 'accepted' && !isAsking;
  const status = isAsking ? 'form.asking' : isReady ? 'form.allowed' : refused !== undefined && wasTried ? 'form.not-sent' : undefined;
  const sign = async (): Promise<void> => {
    setTried(true);
    const [first] = Object.keys(faults);
    if (first !== undefined) return void methods.setFocus(first as never);
    // While the rules are asked, nothing is signed unseen; what they refuse is read out.
    if (!isReady) return refused === undefined ? undefined : refusal.current?.focus();
    setSigning(true);
    const same = again.current.request(JSON.stringify(body), Date.now(), () => requestOf(form, right, body, () => randomBytes(16)));
    const answer = await signAndSend(same, me, origin);
    if (answer.kind !== 'busy' && answer.kind !== 'unsigned') again.current.answered();
    onSigned(answer);
    setSigning(false);
  };
  const allowed = body !== undefined && verdict?.kind === 'accepted' ? verdict : undefined;
  const failed = outcome !== undefined && outcome.kind !== 'accepted';
  return (
    <FormProvider {...methods}>
      <FormFacts.Provider value={facts}>
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
            <Fields fields={fields} path="" />
            <div ref={refusal} tabIndex={-1} aria-live="polite">
              {refused !== undefined && <RefusalWords refused={refused} isQuiet />}
              {verdict?.kind === 'malformed' && <p className="note">{verdict.detail}</p>}
              {dry.isLost && <p className="note">{say('form.lost')}</p>}
              {body === undefined && wasTried && <Missing faults={Object.keys(faults).length} />}
            </div>
            {failed && <SignedOutcome outcome={outcome} />}
          </div>
          {allowed !== undefined && <Changes verdict={allowed} />}
          <SignBar
            status={body !== undefined && status !== undefined && say(status)}
            more={allowed !== undefined && tellsChanges(allowed) && <SeeChanges />}
          >
            <Button type="submit" disabled={isSigning}>
              {say(right.signers > 1 ? 'form.propose' : 'desk.sign')}
            </Button>
          </SignBar>
        </form>
      </FormFacts.Provider>
    </FormProvider>
  );
}

/** Whoever comes with a form filled in, which the rules refuse, is shown that at once; whoever types is left where they are. */
function useBroughtIntoView(shown: RefObject<HTMLElement | null>, isRefused: boolean): void {
  const wasBegun = useRef(false);
  useEffect(() => {
    const begin = (): void => {
      wasBegun.current = true;
    };
    const listening = new AbortController();
    for (const kind of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(kind, begin, { signal: listening.signal });
    return () => listening.abort();
  }, []);
  useEffect(() => {
    if (!isRefused || wasBegun.current) return;
    wasBegun.current = true;
    shown.current?.scrollIntoView({ block: 'center' });
  }, [isRefused, shown]);
}

function Missing({ faults }: { readonly faults: number }) {
  const say = useWords();
  return (
    <Heading level={2} data-size="2xs" role="alert">
      {say('form.missing', { faults })}
    </Heading>
  );
}
