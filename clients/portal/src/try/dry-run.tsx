/** Drop a table from a budget program: each line is put to the ledger's own rules, and nothing of it is kept. */
import { Button, Heading, Paragraph, Table } from '@digdir/designsystemet-react';
import { type CheckVerdict, Ledger } from '@tabularium/sdk';
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type DragEvent, useEffect, useRef } from 'react';
import { fetchInLanguage, office } from '../data/api.ts';
import { Money } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { ALLOT, allotment, type BudgetProgram, budgetProgram, type FreeLine } from './budget-program.ts';
import { OnlyDemo } from './only-demo.tsx';
import { type AllotmentLine, LINES_MAX, readAllotments } from './read-allotments.ts';
import './try.css';

type Judged = AllotmentLine & { readonly verdict?: CheckVerdict };

export function DryRun() {
  return (
    <OnlyDemo>
      <DropTable />
    </OnlyDemo>
  );
}

/** Of this table, `name` is undefined. */
interface Tried {
  readonly csv: string;
  readonly name?: string;
}

function DropTable() {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const { data: program } = useQuery(budgetProgram);
  const judging = useMutation({ mutationFn: ({ csv }: Tried) => judged(csv, program!, origin) });
  const { mutate, isIdle, variables } = judging;
  const sample = program?.lines[0] === undefined ? undefined : sampleTable(program.lines);
  // Whoever opens the page sees at once what it does.
  useEffect(() => {
    if (sample !== undefined && isIdle) mutate({ csv: sample });
  }, [sample, isIdle, mutate]);
  const take = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) mutate({ csv: await file.text(), name: file.name });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  if (program === undefined) return <Waiting />;
  return (
    <>
      <Heading level={1}>{say('try.csv-title')}</Heading>
      <Paragraph className="lead">{say('try.csv-lead')}</Paragraph>
      <div aria-live="polite" className="told">
        {judging.isPending && <p>{say('try.csv-asking')}</p>}
        {judging.isError && <p>{say('try.csv-failed')}</p>}
        {judging.data === null && <p>{say('try.csv-columns')}</p>}
        {judging.data != null && (
          <Report rows={judging.data} currency={program.lines[0]?.currency ?? 'EUR'} {...(variables?.name && { name: variables.name })} />
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is one more way beside the buttons within. */}
      <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <label className="file">
          {say('try.csv-file')}
          <input
            type="file"
            accept=".csv,text/csv,text/plain"
            // Mended under the same name, a file is another one.
            onClick={({ currentTarget }) => {
              currentTarget.value = '';
            }}
            onChange={({ target }) => void take(target.files?.[0])}
          />
        </label>
        <p className="note">{say('try.csv-form')}</p>
        {sample === undefined ? (
          <p>{say('try.no-budget')}</p>
        ) : (
          <Sample csv={sample} isTried={variables?.name === undefined} take={mutate} />
        )}
      </div>
    </>
  );
}

/** The table that is tried by itself: to take along, and to try again after another. */
function Sample({ csv, isTried, take }: { readonly csv: string; readonly isTried: boolean; readonly take: (tried: Tried) => void }) {
  const say = useWords();
  return (
    <p className="links">
      {!isTried && (
        <Button variant="secondary" onClick={() => take({ csv })}>
          {say('try.csv-sample')}
        </Button>
      )}
      <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`} download="allotments.csv">
        {say('try.csv-take')}
      </a>
    </p>
  );
}

/** `name`: of the visitor's own file. */
function Report({ rows, currency, name }: { readonly rows: readonly Judged[]; readonly currency: string; readonly name?: string }) {
  const say = useWords();
  const report = useRef<HTMLElement>(null);
  // Of what somebody brought, the answer comes into view; a page that opens is read from its top.
  useEffect(() => {
    if (name !== undefined) report.current?.scrollIntoView();
  }, [name]);
  const good = rows.filter(({ verdict }) => verdict?.kind === 'accepted').length;
  return (
    <section className="judged" ref={report}>
      <Heading level={2} data-size="sm">
        {say('try.csv-result', { good, all: rows.length })}
      </Heading>
      <p className="note">{name === undefined ? say('try.csv-sample-is') : say('try.csv-own-is', { name })}</p>
      <Table className="rows">
        <caption className="unseen">{say('try.csv-title')}</caption>
        <Table.Head>
          <Table.Row>
            <Table.HeaderCell>{say('try.csv-row')}</Table.HeaderCell>
            <Table.HeaderCell>{say('try.csv-for')}</Table.HeaderCell>
            <Table.HeaderCell className="num">{say('try.amount')}</Table.HeaderCell>
            <Table.HeaderCell>{say('try.csv-verdict')}</Table.HeaderCell>
          </Table.Row>
        </Table.Head>
        <Table.Body>
          {rows.map((row) => (
            <Table.Row key={row.line}>
              <Table.Cell data-label={say('try.csv-row')}>{row.line}</Table.Cell>
              <Table.Cell data-label={say('try.csv-for')}>
                {'unread' in row ? <code>{row.text}</code> : `${row.year} ${row.fund} ${row.code}`}
              </Table.Cell>
              <Table.Cell data-label={say('try.amount')} className="num">
                {'unread' in row ? '–' : <Money minor={row.minor} currency={currency} />}
              </Table.Cell>
              <Table.Cell data-label={say('try.csv-verdict')}>
                <Verdict {...{ row, currency }} />
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table>
      <p className="note">{say('try.csv-kept')}</p>
    </section>
  );
}

function Verdict({ row, currency }: { readonly row: Judged; readonly currency: string }) {
  const say = useWords();
  if ('unread' in row) return <span className="refused">{say(`try.csv-no-${row.unread}`, { amount: row.amount })}</span>;
  const { verdict } = row;
  if (verdict?.kind === 'accepted') return <span className="fits">{say('try.csv-yes')}</span>;
  if (verdict?.kind !== 'refused') return <span className="refused">{verdict?.detail}</span>;
  const holds = verdict.facts?.available;
  return (
    <span className="refused">
      {verdict.detail}
      {typeof holds === 'string' && (
        <>
          {' '}
          {say('try.csv-holds')} <Money minor={holds} currency={currency} />
        </>
      )}
      {verdict.basis !== undefined && <span className="sub">{say('form.basis', { basis: verdict.basis })}</span>}
    </span>
  );
}

/** Line after line, each on its own. Null where the first line names no columns. */
async function judged(csv: string, { role, signer, lines }: BudgetProgram, origin: string): Promise<readonly Judged[] | null> {
  const ledger = new Ledger({ url: location.origin, origin, fetch: fetchInLanguage });
  const currency = lines[0]?.currency ?? 'EUR';
  const told: Judged[] = [];
  for (const row of readAllotments(csv)?.slice(0, LINES_MAX) ?? []) {
    if ('unread' in row) told.push(row);
    else
      told.push({
        ...row,
        verdict: await ledger.check({ action: ALLOT, as: role, body: allotment({ ...row, currency }, row.minor) }, signer.kid),
      });
  }
  return readAllotments(csv) === undefined ? null : told;
}

/** What a budget program might send, with mistakes such as people make. */
function sampleTable(lines: readonly FreeLine[]): string {
  const [first, second, third] = lines;
  if (first === undefined) return 'year,fund,line,amount';
  const row = ({ year, fund, code }: FreeLine, amount: string): string => [year, fund, code, amount].join(',');
  const euros = (minor: bigint): string => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
  return [
    'year,fund,line,amount',
    row(first, '1250.00'),
    row(second ?? first, '80'),
    row(third ?? first, euros((third ?? first).free)),
    row(first, euros(first.free + 1n)),
    row({ ...first, code: '9-999-99' }, '10.00'),
    row({ ...first, year: '1999' }, '10.00'),
    row(first, '12.5O'),
  ].join('\n');
}
