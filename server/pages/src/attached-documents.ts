/** Documents that belong to a record: who attached each, and what somebody else said of its signatures. Nobody here judged it (ADR 0015). */
import type { JsonRow, Projections } from '@tabularium/projections';
import { type Html, html } from './html.ts';
import type { LedgerWords } from './ledger-words.ts';

const DOCUMENTS_MAX = 100;

export interface StoryDocument {
  /** Transaction that attached it, and id of its own record `kernel/document/<tx>`. */
  readonly tx: string;
  readonly role: string;
  readonly office: string;
  /** ms UTC. */
  readonly time: number;
  /** `withdrawn`, `annulled` or empty. */
  readonly standing: string;
  /** Absent where nobody validated it. `on`: the day as of which. */
  readonly said?: { readonly by: string; readonly indication: string; readonly on: string; readonly form: string };
}

/** Newest first; `key`: the record's state key. */
export async function documentsOf(projections: Projections, key: string): Promise<readonly StoryDocument[]> {
  const answer = await projections.list('kernel.documents', { equal: { record: key }, limit: DOCUMENTS_MAX });
  return answer.ok ? answer.value.rows.map(asDocument) : [];
}

function asDocument(row: JsonRow): StoryDocument {
  const text = (column: string): string => String(row[column] ?? '');
  const [indication, on] = [text('indication'), text('judged')];
  const said = { by: text('validated_by'), indication, on, form: text('form') };
  return {
    ...{ tx: text('tx'), role: text('role'), office: text('office'), time: Number(row.time), standing: text('standing') },
    ...(indication === '' ? {} : { said }),
  };
}

export function documentLines(documents: readonly StoryDocument[], words: LedgerWords): Html | undefined {
  if (documents.length === 0) return undefined;
  const lines = documents.map((document) => {
    const { standing } = document;
    const tag = standing === '' ? undefined : html`<span class="tag amber">${words.tongue.code(standing)}</span> `;
    return html`<li>${tag}${documentWords(document, words)}</li>`;
  });
  return html`<section class="card"><h2>${words.saying.say('Documents')}</h2><ul>${lines}</ul></section>`;
}

function documentWords({ tx, role, office, time, said }: StoryDocument, words: LedgerWords): Html {
  const { say } = words.saying;
  const document = html`<a href="/record/kernel/document/${tx}">${say('This document')}</a>`;
  const by = { document, role: words.role(role, office), when: words.time(time) };
  if (said === undefined) return say('{document} was attached by {role} on {when}. Nobody has said here whether it is validly signed.', by);
  const judged = { ...by, service: said.by, on: words.saying.day(said.on) };
  switch (said.indication) {
    case 'total-passed':
      return say(
        '{document} was attached by {role} on {when}; {service} says that it is validly signed, as of {on}. This office’s ledger has not judged it.',
        judged,
      );
    case 'total-failed':
      return say(
        '{document} was attached by {role} on {when}; {service} says that it is not validly signed, as of {on}. This office’s ledger has not judged it.',
        judged,
      );
    default:
      return say(
        '{document} was attached by {role} on {when}; {service} could not tell whether it is validly signed, as of {on}. This office’s ledger has not judged it.',
        judged,
      );
  }
}
