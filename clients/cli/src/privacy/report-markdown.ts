/** The report as Markdown, for the file of whoever answers for the data: part I the record of processing, part II the annex. */
import type { PersonalField, PrivacyReport } from './report.ts';

/** GDPR art. 6(1), by the word that the charter uses. */
const BASES: Readonly<Record<string, string>> = {
  consent: 'consent, art. 6(1)(a)',
  contract: 'contract, art. 6(1)(b)',
  'legal-duty': 'legal obligation, art. 6(1)(c)',
  'vital-interests': 'vital interests, art. 6(1)(d)',
  'public-task': 'public task, art. 6(1)(e)',
  'legitimate-interests': 'legitimate interests, art. 6(1)(f)',
};

export function reportMarkdown(report: PrivacyReport): string {
  return `${[...recordOfProcessing(report), ...annex(report)].join('\n\n')}\n`;
}

function recordOfProcessing(report: PrivacyReport): string[] {
  const { ledger, controllers, reviewers, holders, modules } = report;
  return [
    `# Record of processing activities: ${ledger || 'a ledger'}`,
    'Under article 30 of the GDPR (Regulation (EU) 2016/679). Written by `tabularium privacy report` from what the modules in force declare and the charter says; names, addresses and the data-protection officer’s contact are yours to add.',
    '## 1. Who answers (art. 30(1)(a))',
    list([
      `Agencies of the ledger, each for its own registers: ${named(controllers)}.`,
      `Agencies that keep a vault: ${named(holders)}.`,
      `Agencies that review the others: ${named(reviewers)}.`,
    ]),
    '## 2. Whose data, and which (art. 30(1)(c))',
    'The ledger itself holds salted digests. What follows lies in the vault, by case.',
    ...(modules.length === 0 ? ['No module in force takes a field about a person.'] : modules.flatMap(moduleTable)),
    '## 3. What for, and on which basis (art. 6, 30(1)(b))',
    ...purposes(report),
    '## 4. Who is given it (art. 30(1)(d))',
    ...recipients(report),
    '## 5. Outside the Union (art. 30(1)(e))',
    'The software gives nothing to anybody but the agencies of section 4. Where an agency, a vault or its backups stand is for the agency to state.',
    '## 6. How long it is kept (art. 30(1)(f))',
    ...retention(report),
    '## 7. How it is kept safe (art. 30(1)(g), 32)',
    list([
      'Each holding is encrypted under a key of its own (AES-256-GCM), bound to its place; keys are wrapped under keys of epochs that are kept on another medium and destroyed when their time is over.',
      'Nobody reads without a signature that names role, purpose and file; each read, and each attempt without right, is logged before anything is shown.',
      'Each agency’s access log is a tree whose root stands on the ledger; a row that is changed or taken out after that is found.',
      'Two people decide on every grant and every erasure.',
    ]),
  ];
}

function annex({ log, modules, terms, purposes: named }: PrivacyReport): string[] {
  const fields = modules.flatMap((module) => module.fields);
  const others = fields.filter(({ about }) => about !== 'the person whose case it is');
  const anybody = named.filter(({ roles }) => roles.length === 0).map(({ purpose }) => purpose);
  return [
    '# Annex for an impact assessment',
    'Under article 35(7). The facts; whether the risk that remains can be borne is a judgement that people make and sign.',
    '## A. What is done (art. 35(7)(a))',
    list([
      `${count(fields.length, 'field')} about people in ${count(modules.length, 'module')}, ${others.length} of them about somebody else than the person whose case it is${others.length === 0 ? '' : ` (${[...new Set(others.map(({ about }) => about))].join(', ')})`}.`,
      log === 'members'
        ? 'The ledger’s entries are read by its members only.'
        : 'The ledger’s entries are public: anybody sees that something was done about some case, when, and by which office. In a small place that can be enough to know about whom.',
    ]),
    '## B. Whether it is needed (art. 35(7)(b))',
    list([
      'Each purpose of section 3 names its basis and the roles that may read for it; a purpose that the charter does not name opens nothing.',
      ...(anybody.length === 0 ? [] : [`Purposes that name no role: ${anybody.join(', ')}.`]),
      `A grant ends by itself, after ${terms.grant} days at the latest.`,
    ]),
    '## C. Risks, and what is done about them (art. 35(7)(c), (d))',
    table(
      ['risk', 'what is done', 'what remains'],
      [
        [
          'Somebody reads who need not',
          'role, purpose and file are signed for each time; the person sees every read',
          'whoever has a role can misuse it, and is seen',
        ],
        [
          'A read is hidden',
          'rows are anchored hourly; a court withholds for a time only',
          `rows lost before they are anchored are missed by nobody; a person may learn of a read ${terms.withholdMost} days late`,
        ],
        [
          'Erased data come back',
          'holders attest; a restored backup erases again before it serves',
          'backups are readable until the day that the certificate states; what others were given is theirs',
        ],
        [
          'Cases are linked to one person',
          'handles are random, and the vault alone knows whose they are',
          'whoever holds the vault and its keys',
        ],
        ['A digest is guessed', 'each has a random salt of 128 bits or more, destroyed with the text', 'none once it is destroyed'],
        [
          'A request is not answered',
          'the time by law runs on the ledger, and nobody sets it back',
          'an office that is late is seen to be late',
        ],
      ],
    ),
    '## D. Rights (art. 12–22)',
    list([
      'Access and portability: the person’s file, machine-readable, without what is about relatives.',
      'Rectification: a new version in the register it belongs to.',
      'Erasure, restriction, objection: requests on the ledger, with their time and their decision.',
    ]),
  ];
}

function moduleTable({ module, title, fields }: PrivacyReport['modules'][number]): string[] {
  const row = ({ action, field, label, about, case: named, required, roles }: PersonalField) => [
    ...[`\`${action}\``, `\`${field}\``, label, about, `\`${named}\``, required ? 'yes' : 'no', roles.join(', ') || 'nobody'],
  ];
  return [
    `### ${title} (\`${module}\`)`,
    table(['action', 'field', 'what', 'about whom', 'case', 'required', 'entered by'], fields.map(row)),
  ];
}

function purposes({ purposes: all }: PrivacyReport): string[] {
  if (all.length === 0) return ['The charter names no purpose (`privacy.purposes`): nobody may read anything.'];
  const rows = all.map(({ purpose, basis, roles, modules }) => [
    ...[`\`${purpose}\``, BASES[basis] ?? 'the charter states none', roles.join(', ') || 'nobody', modules?.join(', ') ?? 'all'],
  ]);
  return [table(['purpose', 'basis', 'roles that may read for it', 'modules'], rows)];
}

function recipients({ recipients: all }: PrivacyReport): string[] {
  if (all === undefined) return ['Not asked: the report was written from a charter alone.'];
  if (all.length === 0) return ['No grant stands.'];
  const rows = all.map(({ agency, of, purpose, basis, until, grants }) => [
    agency,
    of,
    `\`${purpose}\``,
    BASES[basis] ?? basis,
    until,
    String(grants),
  ]);
  return [table(['agency', 'of', 'purpose', 'basis', 'until', 'grants'], rows)];
}

function retention({ retention: classes }: PrivacyReport): string[] {
  const said =
    'Each case is erased by decision when its retention is over (`privacy.retention.set`), or on request; a legal hold keeps it.';
  const rows = Object.entries(classes).map(([name, value]) => [
    `\`${name}\``,
    Object.entries(value as object)
      .map((pair) => pair.join(': '))
      .join(', '),
  ]);
  return rows.length === 0
    ? [said, 'The charter names no classes (`privacy.retention`).']
    : [said, table(['class', 'the charter says'], rows)];
}

const named = (codes: readonly string[]): string => (codes.length === 0 ? 'none named' : codes.join(', '));
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
/** Nothing that would end a cell, begin markup or be obeyed by a terminal. */
const cell = (text: string): string => text.replaceAll(/[\p{C}|<>]/gu, ' ').trim();

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}
