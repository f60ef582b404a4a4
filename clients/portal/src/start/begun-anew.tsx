/** Notices on any page that the town was laid back to its beginning, by whomever, and says so on the page that it then leads to. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { demoRun } from '../data/demo-run.ts';
import { me } from '../keys/me.ts';
import { useWords } from '../words/use-words.ts';
import { meetRun, wasBegunAnew } from './run-met.ts';

/** Asked again with each block, and whenever the node is reached again. */
const run = queryOptions({ queryKey: ['ledger', 'demo-run'], queryFn: demoRun });
const isNews = wasBegunAnew();

export function BegunAnew() {
  const say = useWords();
  const queries = useQueryClient();
  const { data } = useQuery(run);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const [isTold, setTold] = useState(isNews);
  useEffect(() => {
    if (data === undefined) return;
    void meetRun(data).then((isAnother) => (isAnother ? queries.invalidateQueries({ queryKey: me.queryKey }) : undefined));
  }, [data, queries]);
  useEffect(() => {
    if (path !== '/') setTold(false);
  }, [path]);
  return isTold ? (
    <p role="status" className="begun-anew">
      {say('anew.told')}
    </p>
  ) : null;
}
