/** What became of a bundle: each part with its receipt, and what was not recorded. */
import { Heading } from '@digdir/designsystemet-react';
import type { ListView, ModuleViews } from '../data/api.ts';
import { useWords } from '../words/use-words.ts';
import { type Exception, sumOf } from './bundle.ts';
import { Exceptions, ItemRows, type UnreadRow } from './bundle-rows.tsx';
import type { SignedPart } from './bundle-sign.tsx';
import { SumWords } from './inbox-steps.tsx';
import { SignedOutcome } from './signed-outcome.tsx';

interface ReportProps {
  readonly parts: readonly SignedPart[];
  readonly exceptions: readonly Exception[];
  readonly unread: readonly UnreadRow[];
  readonly view: ListView;
  readonly module: ModuleViews;
}

export function BundleReport({ parts, exceptions, unread, view, module }: ReportProps) {
  const say = useWords();
  const isFile = view.collection === undefined;
  return (
    <>
      {parts.map(({ items, outcome }, n) => (
        <section key={items[0]!.id}>
          <Heading level={2} data-size="sm">
            {say('bundle.part', { n: n + 1, parts: parts.length, count: items.length })} <SumWords sums={sumOf(items)} />
          </Heading>
          <SignedOutcome outcome={outcome} />
          <details open={isFile}>
            <summary>{say('bundle.all', { count: items.length })}</summary>
            <ItemRows items={items} {...{ view, module }} />
          </details>
        </section>
      ))}
      <Exceptions {...{ exceptions, unread, view, module }} />
      {isFile && (
        <p className="links">
          <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(linesTold(parts, exceptions, unread))}`} download="result.csv">
            {say('file.result')}
          </a>
        </p>
      )}
    </>
  );
}

/** What became of each line of a file, in its order: the record that holds it and the address of its receipt, or the reason it was left out. */
function linesTold(parts: readonly SignedPart[], exceptions: readonly Exception[], unread: readonly UnreadRow[]): string {
  const told: readonly (readonly string[])[] = [
    ...parts.flatMap(({ items, outcome }) => {
      const name = 'name' in outcome ? (outcome.name ?? '') : '';
      const receipt = outcome.kind === 'accepted' || outcome.kind === 'repeated' ? `${location.origin}/api/v1/receipts/${name}` : '';
      return items.map(({ id }) => [id, outcome.kind, name, receipt]);
    }),
    ...exceptions.map(({ item, refused }) => [item.id, 'left-out', '', refused.code]),
    ...unread.map(({ line }) => [String(line), 'unread', '', '']),
  ];
  const rows = told.toSorted(([a], [b]) => Number(a) - Number(b));
  return [['line', 'result', 'record', 'receipt'], ...rows].map((row) => row.join(',')).join('\r\n');
}
