/** Words for rows: rows name published texts by digest, and the texts themselves are read with one question for a whole page. */
import { useQuery } from '@tanstack/react-query';
import { getJson, type Row } from './api.ts';

/** What the API reads at once. */
const DIGESTS_MAX = 100;
const TEXTS = 'texts';

interface FoundText {
  readonly digest: string;
  readonly value?: unknown;
  readonly withdrawn?: object;
}

/** `withdrawn`: there was a title, and it was taken back. */
export type Title = { readonly text: string } | 'withdrawn';

/** The title of a row among these; undefined where it has none, or none yet. */
export function useTitles(rows: readonly Row[]): (row: Row) => Title | undefined {
  const digests = [...new Set(rows.flatMap(digestsOf))];
  const { data } = useQuery({ queryKey: ['ledger', TEXTS, digests], queryFn: () => readTexts(digests), enabled: digests.length > 0 });
  return (row) => {
    const found = digestsOf(row).flatMap((digest) => data?.get(digest) ?? []);
    return found.find((title) => title !== 'withdrawn') ?? found[0];
  };
}

function digestsOf(row: Row): readonly string[] {
  const texts = row[TEXTS];
  return typeof texts === 'string' && texts !== '' ? texts.split(' ') : [];
}

async function readTexts(digests: readonly string[]): Promise<ReadonlyMap<string, Title>> {
  const pages = Array.from({ length: Math.ceil(digests.length / DIGESTS_MAX) }, (_, n) =>
    digests.slice(n * DIGESTS_MAX, (n + 1) * DIGESTS_MAX),
  );
  const answers = await Promise.all(
    pages.map((page) => getJson<{ readonly rows: readonly FoundText[] }>(`/api/v1/texts?digest=${page.join('&digest=')}`)),
  );
  return new Map(
    answers.flatMap(({ rows }) =>
      rows.flatMap(({ digest, value, withdrawn }): [string, Title][] => {
        if (withdrawn !== undefined) return [[digest, 'withdrawn']];
        return typeof value === 'string' ? [[digest, { text: value }]] : [];
      }),
    ),
  );
}
