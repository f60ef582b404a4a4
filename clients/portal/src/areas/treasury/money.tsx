/** *Where the money goes*: a year's budget by office or purpose, to its lines, to what was paid; from each a way on to single payments. */
import { Heading, ToggleGroup } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { titles } from '../../data/stories.ts';
import { codeWords, moneyWords } from '../../parts/said.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { type Say, useLanguage, useWords } from '../../words/use-words.ts';
import { FigureTable } from './figure-table.tsx';
import { classSums, currentYear, GROUPINGS, type Grouping, lineSums, yearSums } from './figures.ts';
import { classFigures, type Figure, type FlowNode, flowOf, lineFigures, total } from './flow.ts';
import { type NodeWords, Sankey } from './sankey.tsx';
import './money.css';

/** Lines in the table; the list has them all. */
const LINES_LISTED = 60;

/** What of the budget is looked at. */
interface Part {
  readonly year: string;
  readonly currency: string;
  readonly by: Grouping;
  /** One class alone. */
  readonly of: string | undefined;
}

export function MoneyPage() {
  const say = useWords();
  const search = useSearch({ from: '/money' });
  const { data, error } = useQuery(yearSums);
  const current = data === undefined ? undefined : currentYear(data.groups);
  if (error !== null) return <p role="alert">{say('list.failed')}</p>;
  if (data === undefined) return <Waiting />;
  if (current === undefined)
    return (
      <>
        <Heading level={1}>{say('money.heading')}</Heading>
        <p className="note">{say('money.none')}</p>
      </>
    );
  const years = [...new Set(data.groups.map(({ year }) => String(year)))].toSorted().reverse();
  const year = years.find((one) => one === search.year) ?? String(current.year);
  const currencies = data.groups.filter((sum) => sum.year === year).map(({ currency }) => String(currency));
  const currency = currencies.find((one) => one === search.currency) ?? (currencies[0] as string);
  const by = GROUPINGS.find((one) => one === search.by) ?? 'administrative';
  return <Shown part={{ year, currency, by, of: search.of }} years={years} currencies={currencies} />;
}

/** A part, and what else there is to choose. */
interface Choosing {
  readonly part: Part;
  readonly years: readonly string[];
  readonly currencies: readonly string[];
}

function Shown({ part, years, currencies }: Choosing) {
  const say = useWords();
  const { year, currency, by, of } = part;
  const all = useQuery(classSums(by, year, currency)).data;
  const lines = useQuery(lineSums(by, year, currency, of)).data;
  if (all === undefined || lines === undefined) return <Waiting />;
  const classes = classFigures(all.groups, by).filter(({ id }) => of === undefined || id === of);
  // Where they are too many to be told at once, the list of lines has them.
  const figures = lines.complete ? lineFigures(lines.groups, by, year) : [];
  return (
    <>
      {of !== undefined && (
        <p className="note">
          <Link to="/money" search={{ year, by, currency }}>
            {say('money.heading')}
          </Link>
        </p>
      )}
      <Heading level={1}>
        {of === undefined ? say('money.title', { year }) : say('money.title-of', { name: className(say, by, of), year })}
      </Heading>
      <p className="lead">{say(of === undefined ? 'money.lead' : 'money.lead-of')}</p>
      <Choices part={part} years={years} currencies={currencies} />
      <Figures part={part} classes={classes} lines={figures} />
    </>
  );
}

function Choices({ part, years, currencies }: Choosing) {
  const say = useWords();
  const navigate = useNavigate({ from: '/money' });
  const { year, currency, by, of } = part;
  const set = (changes: Readonly<Record<string, string>>): void => void navigate({ search: { year, by, currency, ...changes } });
  return (
    <div className="choices">
      {years.length > 1 && (
        <ToggleGroup
          value={year}
          onChange={(one) => set({ year: one, ...(of === undefined ? {} : { of }) })}
          aria-label={say('money.year')}
        >
          {years.map((one) => (
            <ToggleGroup.Item key={one} value={one}>
              {one}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup>
      )}
      <ToggleGroup value={by} onChange={(one) => set({ by: one })} aria-label={say('money.grouping')}>
        {GROUPINGS.map((one) => (
          <ToggleGroup.Item key={one} value={one}>
            {say(`money.by-${one}`)}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup>
      {currencies.length > 1 && (
        <ToggleGroup value={currency} onChange={(one) => set({ currency: one })} aria-label={say('money.currency')}>
          {currencies.map((one) => (
            <ToggleGroup.Item key={one} value={one}>
              {one}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup>
      )}
    </div>
  );
}

interface FiguresProps {
  readonly part: Part;
  readonly classes: readonly Figure[];
  readonly lines: ReturnType<typeof lineFigures>;
}

function Figures({ part, classes, lines }: FiguresProps) {
  const say = useWords();
  const language = useLanguage();
  const navigate = useNavigate();
  const { year, currency, by, of } = part;
  const listed = lines.slice(0, of === undefined ? 12 : LINES_LISTED);
  // A purpose is a number in the ledger: its largest line says what it is about.
  const largest = new Map(by === 'functional' ? lines.toReversed().map(({ of: purpose, id }) => [purpose, id]) : []);
  const asked = [...listed.map(({ id }) => id), ...largest.values()];
  const named = useQuery(titles(asked.map((id) => `treasury/line/${id}`))).data ?? {};
  const lineName = (id: string): string => named[`treasury/line/${id}`]?.replace(/ \([^()]*\)$/, '') ?? id;
  const whole = total(classes);
  if (whole.lines === 0) return <p className="note">{say('money.none')}</p>;
  const money = (amount: bigint): string => moneyWords(amount.toString(), currency, language);
  const wordsOf = (node: FlowNode): NodeWords => ({
    ...nodePlace(node, part, say, lineName),
    ...{ amount: moneyWords(node.amount.toString(), currency, language, true), exact: money(node.amount) },
  });
  return (
    <>
      <Sankey
        flow={flowOf(classes, lines)}
        title={say('money.drawing', { year })}
        description={say('money.drawing-is', {
          budget: money(whole.budget),
          paid: money(whole.paid),
          open: money(whole.budget - whole.paid),
        })}
        wordsOf={wordsOf}
        moneyOf={money}
        go={(href) => void navigate({ href })}
      />
      {of === undefined && (
        <ClassTable part={part} classes={classes} exampleOf={(id) => (largest.has(id) ? lineName(largest.get(id) ?? '') : undefined)} />
      )}
      {listed.length > 0 && (
        <FigureTable
          caption={say(listed.length < lines.length ? 'money.largest-lines' : 'money.its-lines')}
          head={say('money.line')}
          figures={listed}
          currency={currency}
          withTotal={of !== undefined && listed.length === lines.length}
          nameOf={({ id }) => (
            <>
              <Link to="/record/$" params={{ _splat: `treasury/line/${id}` }}>
                {lineName(id)}
              </Link>
              <span className="sub">{id}</span>
            </>
          )}
        />
      )}
      <p>
        <Link
          to="/lists/$module/$view"
          params={{ module: 'treasury', view: 'lines' }}
          search={{ year, side: 'expense', currency, ...(of === undefined ? {} : { [by]: of }) }}
        >
          {say('money.all-lines', { count: whole.lines })}
        </Link>
      </p>
    </>
  );
}

interface ClassTableProps {
  readonly part: Part;
  readonly classes: readonly Figure[];
  /** Title of a line in a class that does not say itself what it is. */
  readonly exampleOf: (id: string) => string | undefined;
}

function ClassTable({ part: { year, currency, by }, classes, exampleOf }: ClassTableProps) {
  const say = useWords();
  const nameOf = ({ id }: Figure): ReactNode => {
    const name = className(say, by, id);
    const example = exampleOf(id);
    return (
      <>
        {id === '' ? (
          name
        ) : (
          <Link to="/money" search={{ year, by, currency, of: id }}>
            {name}
          </Link>
        )}
        {example !== undefined && <span className="sub">{say('money.such-as', { title: example })}</span>}
      </>
    );
  };
  return (
    <FigureTable
      caption={say(`money.all-${by}`)}
      head={say(`money.by-${by}`)}
      figures={classes}
      currency={currency}
      withTotal
      nameOf={nameOf}
    />
  );
}

function className(say: Say, by: Grouping, id: string): string {
  if (id === '') return say('money.not-stated');
  // Codes in capitals shout; short ones are abbreviations.
  return by === 'functional' ? say('money.purpose', { code: id }) : codeWords(id.length > 3 ? id.toLowerCase() : id);
}

function nodePlace(
  { kind, of, lines }: FlowNode,
  part: Part,
  say: Say,
  lineName: (id: string) => string,
): Pick<NodeWords, 'name' | 'href'> {
  const { year, by, currency } = part;
  const at = (path: string, search: Readonly<Record<string, string>>): string => `${path}?${new URLSearchParams(search)}`;
  switch (kind) {
    case 'whole':
      return { name: say('money.appropriated') };
    case 'class':
      return {
        name: className(say, by, of),
        ...(of === '' || part.of !== undefined ? {} : { href: at('/money', { year, by, currency, of }) }),
      };
    case 'line':
      return { name: lineName(of), href: `/record/treasury/line/${of}` };
    case 'paid':
      return { name: say('money.paid'), href: at('/lists/treasury/payments', { year, currency, state: 'paid' }) };
    case 'open':
      return { name: say('money.open') };
    default:
      return { name: say(kind === 'other-lines' ? 'money.other-lines' : 'money.others', { count: lines }) };
  }
}
