/** One look at a bundle, and one gesture. */
import { Alert, Button, Heading } from '@digdir/designsystemet-react';
import type { JsonObject } from '@tabularium/protocol';
import { type ActionRequest, Ledger } from '@tabularium/sdk';
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchInLanguage, office } from '../data/api.ts';
import type { Me } from '../keys/me.ts';
import { type Signed, signAndSend } from '../keys/sign-and-send.ts';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { type BundleItem, inParts, type Looked, largestOf, lookAt, sumOf } from './bundle.ts';
import { BundleReport } from './bundle-report.tsx';
import { Exceptions, ItemRows } from './bundle-rows.tsx';
import type { Entitlement, Form } from './desk-data.ts';
import type { Schema } from './forms/fields.ts';
import { SumWords } from './inbox-steps.tsx';
import { RefusalWords } from './refusal.tsx';
import { type Step, waitingItems } from './waiting-rows.ts';

interface BundleLookProps {
  readonly me: Me;
  readonly form: Form & { readonly schema: Schema };
  readonly step: Step;
  readonly right: Entitlement;
}

/** A part of a bundle that was signed, and what became of it. */
export interface SignedPart {
  readonly items: readonly BundleItem[];
  readonly outcome: Signed;
}

export function BundleLook({ me, form, step, right }: BundleLookProps) {
  const say = useWords();
  const { origin, modules } = useSuspenseQuery(office).data;
  const module = modules.find(({ name }) => name === form.module)!;
  const view = module.lists[step.pick.list]!;
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [signing, setSigning] = useState<{ readonly part: number; readonly parts: number }>();
  const [signed, setSigned] = useState<readonly SignedPart[]>();
  const items = useQuery({ ...waitingItems(step, module, form.schema), enabled: signed === undefined }).data;
  const wanted = items?.filter(({ id }) => !leftOut.has(id)) ?? [];
  const request = (some: readonly JsonObject[]): ActionRequest => ({
    action: form.action,
    body: { [step.pick.items]: some },
    ...(right.as === undefined ? {} : { as: right.as }),
    ...(right.for === undefined ? {} : { for: right.for }),
  });
  const look = useQuery({
    queryKey: ['ledger', 'bundle', form.action, me.signer.kid, wanted.map(({ id }) => id)],
    queryFn: () =>
      lookAt(wanted, (some) => new Ledger({ url: location.origin, origin, fetch: fetchInLanguage }).check(request(some), me.signer.kid)),
    enabled: items !== undefined && wanted.length > 0 && signing === undefined && signed === undefined,
    placeholderData: keepPreviousData,
  });
  const looked = look.data;
  if (signed !== undefined) return <BundleReport parts={signed} view={view} module={module} />;
  if (items === undefined) return <Waiting />;
  if (items.length === 0) return <p>{say('desk.nothing')}</p>;
  const parts = inParts(looked?.allowed ?? []);
  const sign = async (): Promise<void> => {
    const done: SignedPart[] = [];
    for (const [n, part] of parts.entries()) {
      setSigning({ part: n + 1, parts: parts.length });
      done.push({ items: part, outcome: await signAndSend(request(part.map(({ item }) => item)), me, origin) });
    }
    setSigned(done);
    setSigning(undefined);
  };
  const toggle = (id: string): void => {
    const next = new Set(leftOut);
    if (!next.delete(id)) next.add(id);
    setLeftOut(next);
  };
  const isOld = look.isPlaceholderData || looked === undefined;
  return (
    <>
      {look.isError && <Alert data-color="warning">{say('form.lost')}</Alert>}
      {looked?.refused !== undefined && wanted.length > 0 && <RefusalWords refused={looked.refused} isQuiet />}
      <BundleSums looked={looked} />
      <Exceptions exceptions={looked?.exceptions ?? []} {...{ view, module }} />
      <section>
        <Heading level={2} data-size="sm">
          {say('bundle.largest')}
        </Heading>
        <ItemRows items={largestOf(looked?.allowed ?? [])} {...{ view, module }} />
      </section>
      <details>
        <summary>{say('bundle.all', { count: items.length })}</summary>
        <ItemRows items={items} {...{ view, module, leftOut }} onToggle={toggle} />
      </details>
      <div className="form">
        {parts.length > 1 && <p className="note">{say('bundle.parts', { parts: parts.length })}</p>}
        <div className="actions">
          <Button disabled={isOld || parts.length === 0 || signing !== undefined} onClick={() => void sign()}>
            {say('bundle.sign', { count: looked?.allowed.length ?? 0 })}
          </Button>
          <span className="note" role="status">
            {signing === undefined ? isOld && wanted.length > 0 && say('form.asking') : say('bundle.signing', { ...signing })}
          </span>
        </div>
      </div>
    </>
  );
}

function BundleSums({ looked }: { readonly looked: Looked | undefined }) {
  const say = useWords();
  return (
    <dl className="facts bundle-sum">
      <div>
        <dt>{say('bundle.count')}</dt>
        <dd>
          <strong>{looked?.allowed.length ?? '…'}</strong>
        </dd>
      </div>
      <div>
        <dt>{say('bundle.total')}</dt>
        <dd>
          <strong>
            <SumWords sums={sumOf(looked?.allowed ?? [])} />
          </strong>
        </dd>
      </div>
      <div>
        <dt>{say('bundle.exceptions')}</dt>
        <dd>{looked?.exceptions.length ?? '…'}</dd>
      </div>
    </dl>
  );
}
