/** What the ledger tells of an act or a record: terms and their values, records as links to their lives. */
import { Link } from '@tanstack/react-router';
import type { StorySigner, Told } from '../data/stories.ts';
import { useWords } from '../words/use-words.ts';
import { shortened } from './cell.tsx';
import { codeWords, Day, Money, seatWords, When } from './said.tsx';

/** A case's random name: it tells a reader nothing, and stands in the technical details. */
const HANDLE = /^[0-9a-f]{32}$/;

/** `before`: what it said until it was changed. */
export function ToldFacts({ told }: { readonly told: readonly (Told & { readonly before?: Told })[] }) {
  const read = told.filter(({ as, value }) => as !== 'code' || !HANDLE.test(String(value)));
  if (read.length === 0) return null;
  return (
    <dl className="facts">
      {read.map((one) => (
        <div key={`${one.label} ${one.value}`}>
          <dt>{one.label}</dt>
          <dd>
            {one.before === undefined ? (
              <SaidWords told={one} />
            ) : (
              <>
                <del>
                  <SaidWords told={one.before} />
                </del>{' '}
                <ins>
                  <SaidWords told={one} />
                </ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function SaidWords({ told: { as, value, currency = '', key = '', time = 0 } }: { readonly told: Told }) {
  const say = useWords();
  switch (as) {
    case 'money':
      return <Money minor={String(value)} currency={currency} />;
    case 'day':
      return <Day day={String(value)} />;
    case 'time':
      return <When time={Number(value)} />;
    case 'flag':
      return say(value === true ? 'yes' : 'no');
    case 'withdrawn':
      return (
        <>
          {say('entry.withdrawn', { why: value })} <When time={time} />
        </>
      );
    case 'record':
      return (
        <Link to="/record/$" params={{ _splat: key }}>
          {shortenedIds(String(value))}
        </Link>
      );
    case 'code':
      return <span title={String(value)}>{shortened(String(value))}</span>;
    default:
      return String(value);
  }
}

/** In which roles people signed. */
export function Signers({ signers }: { readonly signers: readonly StorySigner[] }) {
  const say = useWords();
  return signers.map(({ role, office, agency }) => (
    <div key={`${role} ${office} ${agency}`}>
      {say('entry.signer', { seat: seatWords(`${role}@${office}`), agency: codeWords(agency) })}
    </div>
  ));
}

/** Long ids within a title, as the end of one. */
function shortenedIds(title: string): string {
  return title.replace(/[0-9a-f]{32,64}/g, (id) => shortened(id));
}

/** `treasury/payment/3f2a…` → `Payment 3f2a9c1b…`. */
export function keyWords(key: string): string {
  const [, collection = '', ...id] = key.split('/');
  return `${codeWords(collection)} ${shortened(id.join('/'))}`;
}
