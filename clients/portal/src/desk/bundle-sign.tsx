/** One look at a bundle, and one gesture. */
import { Alert, Button, Heading } from '@digdir/designsystemet-react';
import type { JsonObject } from '@tabularium/protocol';
import { type ActionRequest, Ledger } from '@tabularium/sdk';
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchInLanguage, type ListView, type ModuleViews, office } from '../data/api.ts';
import type { Me } from '../keys/me.ts';
import { type Signed, signAndSend } from '../keys/sign-and-send.ts';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { type BundleItem, inParts, type Looked, largestOf, lookAt, sumOf } from './bundle.ts';
import { BundleReport } from './bundle-report.tsx';
import { Exceptions, ItemRows, type UnreadRow } from './bundle-rows.tsx';
import type { Entitlement, Form } from './desk-data.ts';
import { SumWords } from './inbox-steps.tsx';
import { RefusalWords } from './refusal.tsx';
import { SignBar } from './sign-bar.tsx';

interface BundleProps {
  readonly me: Me;
  readonly form: Form;
  readonly right: Entitlement;
  /** Of the body, that holds the items. */
  readonly member: string;
  /** Undefined while they are on their way. */
  readonly items: readonly BundleItem[] | undefined;
  /** Lines of a file that cannot be read. */
  readonly unread?: readonly UnreadRow[];
  readonly view: ListView;
  readonly module: ModuleViews;
  /** Said where there are no items. */
  readonly empty: string;
}

/** A part of a bundle that was signed, and what became of it. */
export interface SignedPart {
  readonly items: readonly BundleItem[];
  readonly outcome: Signed;
}

export function Bundle({ me, form, right, member, items, unread = [], view, module, empty }: BundleProps) {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [signing, setSigning] = useState<{ readonly part: number; readonly parts: number }>();
  const [signed, setSigned] = useState<readonly SignedPart[]>();
  const wanted = items?.filter(({ id }) => !leftOut.has(id)) ?? [];
  const request = (some: readonly JsonObject[]): ActionRequest => ({
    action: form.action,
    body: { [member]: some },
    ...(right.as === undefined ? {} : { as: right.as }),
    ...(right.for === undefined ? {} : { for: right.for }),
  });
  const look = useQuery({
    queryKey: ['ledger', 'bundle', form.action, me.signer.kid, wanted.map(({ item }) => item)],
    queryFn: () =>
      lookAt(wanted, (some) => new Ledger({ url: location.origin, origin, fetch: fetchInLanguage }).check(request(some), me.signer.kid)),
    enabled: items !== undefined && wanted.length > 0 && signing === undefined && signed === undefined,
    placeholderData: keepPreviousData,
  });
  const looked = look.data;
  const exceptions = looked?.exceptions ?? [];
  if (signed !== undefined) return <BundleReport parts={signed} {...{ view, module, exceptions, unread }} />;
  if (items === undefined) return <Waiting />;
  if (items.length === 0)
    return (
      <>
        <p>{empty}</p>
        <Exceptions exceptions={[]} {...{ view, module, unread }} />
      </>
    );
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
      <BundleSums looked={looked} unread={unread.length} />
      <Exceptions {...{ view, module, exceptions, unread }} />
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
      {parts.length > 1 && <p className="note">{say('bundle.parts', { parts: parts.length })}</p>}
      <SignBar status={signing === undefined ? isOld && wanted.length > 0 && say('form.asking') : say('bundle.signing', { ...signing })}>
        <Button disabled={isOld || parts.length === 0 || signing !== undefined} onClick={() => void sign()}>
          {say('bundle.sign', { count: looked?.allowed.length ?? 0 })}
        </Button>
      </SignBar>
    </>
  );
}

function BundleSums({ looked, unread }: { readonly looked: Looked | undefined; readonly unread: number }) {
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
        <dd>{looked === undefined ? '…' : looked.exceptions.length + unread}</dd>
      </div>
    </dl>
  );
}
