/** Vectors of docs/spec/policy.md: policies as text, and whether signed checkpoints satisfy them. */
import { checkpointText, cosignLine, logLine, note, noteKey, rawLine } from './log-keys.ts';
import { mth } from './reference-merkle.ts';
import {
  COURT,
  COURT_POLICY,
  FIRST_LOG,
  FIRST_NODE,
  hashesOf,
  LEDGER,
  NO_QUORUM_POLICY,
  NOW,
  POLICY,
  PRESS,
  SAMPLE,
  SECOND_LOG,
  SECOND_NODE,
  SIZE,
  STRANGER,
  usualLines,
} from './sample-ledger.ts';
import { stricter, type VectorFile } from './vector-file.ts';

interface ParseVector {
  readonly name: string;
  readonly policy: string;
  readonly expected:
    | {
        readonly logs: readonly string[];
        readonly witnesses: Readonly<Record<string, string>>;
        readonly groups: Readonly<Record<string, { readonly threshold: number; readonly members: readonly string[] }>>;
        readonly quorum: string;
      }
    | { readonly code: string; readonly line: number };
}

const L = `log ${FIRST_LOG.vkey}\n`;
const W = `witness court ${COURT.vkey}\nwitness press ${PRESS.vkey}\n`;

function refused(name: string, code: string, line: number, policy: string): ParseVector {
  return { name: `${code}: ${name}`, policy, expected: { code, line } };
}

const wide = (count: number, form: (i: number) => string): string => Array.from({ length: count }, (_, i) => form(i)).join('');
const TWO = { logs: [FIRST_LOG.vkey], witnesses: { court: COURT.vkey, press: PRESS.vkey } };

export const policies: VectorFile<ParseVector> = {
  description: 'Policies (C2SP tlog-policy) read, or the code and the line (from 1; 0 for the whole text) of what makes the text none.',
  spec: 'docs/spec/policy.md',
  vectors: [
    {
      name: 'the sample ledger’s',
      policy: POLICY,
      expected: {
        logs: [FIRST_LOG.vkey, SECOND_LOG.vkey],
        witnesses: { finance: FIRST_NODE.vkey, registry: SECOND_NODE.vkey, court: COURT.vkey, press: PRESS.vkey },
        groups: {
          nodes: { threshold: 2, members: ['finance', 'registry'] },
          outside: { threshold: 1, members: ['court', 'press'] },
          both: { threshold: 2, members: ['nodes', 'outside'] },
        },
        quorum: 'both',
      },
    },
    { name: 'a quorum alone', policy: 'quorum none\n', expected: { logs: [], witnesses: {}, groups: {}, quorum: 'none' } },
    {
      name: 'tabs, spaces, empty lines and comments',
      policy: `# one\n\n \t\n\t${L} # two\n${W.replace(' ', ' \t ')}quorum   court\t\n`,
      expected: { ...TWO, groups: {}, quorum: 'court' },
    },
    { name: 'the last newline missing', policy: `${L}${W}quorum court`, expected: { ...TWO, groups: {}, quorum: 'court' } },
    { name: 'the quorum before a log', policy: `${W}quorum court\n${L}`, expected: { ...TWO, groups: {}, quorum: 'court' } },
    {
      name: 'a name beyond ASCII',
      policy: `witness Rechnungshof-Österreich ${COURT.vkey}\nquorum Rechnungshof-Österreich\n`,
      expected: { logs: [], witnesses: { 'Rechnungshof-Österreich': COURT.vkey }, groups: {}, quorum: 'Rechnungshof-Österreich' },
    },
    {
      name: 'all of one',
      policy: `${W}group g all court\nquorum g\n`,
      expected: { logs: [], witnesses: TWO.witnesses, groups: { g: { threshold: 1, members: ['court'] } }, quorum: 'g' },
    },
    refused('no quorum', 'policy-quorum-missing', 0, L + W),
    refused('nothing', 'policy-quorum-missing', 0, ''),
    refused('two quorums', 'policy-quorum-twice', 5, `${L}${W}quorum court\nquorum none\n`),
    refused('a quorum nobody defined', 'policy-name-unknown', 4, `${L}${W}quorum auditors\n`),
    refused('a quorum defined later', 'policy-name-unknown', 1, `quorum court\n${W}`),
    refused('a member nobody defined', 'policy-name-unknown', 3, `${W}group g any court auditors\nquorum g\n`),
    refused('a member defined later', 'policy-name-unknown', 3, `${W}group g any h\ngroup h any court\nquorum g\n`),
    refused('none as a member', 'policy-name-unknown', 3, `${W}group g any none\nquorum g\n`),
    refused('a group within itself', 'policy-name-unknown', 3, `${W}group g any g\nquorum g\n`),
    refused('threshold above the members', 'policy-threshold', 3, `${W}group g 3 court press\nquorum g\n`),
    refused('threshold 0', 'policy-threshold', 3, `${W}group g 0 court press\nquorum g\n`),
    refused('a threshold with a leading zero', 'policy-threshold', 3, `${W}group g 01 court press\nquorum g\n`),
    refused('a threshold in words', 'policy-threshold', 3, `${W}group g most court press\nquorum g\n`),
    refused('a group without members', 'policy-line-malformed', 3, `${W}group g any\nquorum g\n`),
    refused('one witness twice in a group', 'policy-member-twice', 3, `${W}group g 2 court court\nquorum g\n`),
    refused('one witness in two groups', 'policy-member-twice', 4, `${W}group g any court\ngroup h any court press\nquorum h\n`),
    refused('one group in two groups', 'policy-member-twice', 5, `${W}group g any court\ngroup h any g\ngroup i any g press\nquorum i\n`),
    refused(
      'two witnesses of one name',
      'policy-duplicate-name',
      2,
      `witness court ${COURT.vkey}\nwitness court ${PRESS.vkey}\nquorum court\n`,
    ),
    refused('a group of a witness’s name', 'policy-duplicate-name', 3, `${W}group court any press\nquorum court\n`),
    refused('a witness called none', 'policy-duplicate-name', 1, `witness none ${COURT.vkey}\nquorum none\n`),
    refused('a group called none', 'policy-duplicate-name', 3, `${W}group none any court\nquorum none\n`),
    refused(
      'one key as two witnesses',
      'policy-duplicate-key',
      2,
      `witness court ${COURT.vkey}\nwitness auditors ${COURT.vkey}\nquorum court\n`,
    ),
    refused(
      'one key under two key names',
      'policy-duplicate-key',
      2,
      `witness court ${COURT.vkey}\nwitness auditors ${noteKey('other.example', 4, COURT.name).vkey}\nquorum court\n`,
    ),
    refused('one log twice', 'policy-duplicate-key', 2, `${L}${L}quorum none\n`),
    refused('a witness’s key for a log', 'policy-key-type', 1, `log ${COURT.vkey}\nquorum none\n`),
    refused('a log’s key for a witness', 'policy-key-type', 1, `witness court ${FIRST_LOG.vkey}\nquorum court\n`),
    refused(
      'an ML-DSA witness',
      'policy-key-type',
      1,
      `witness court w.example+00000000+${Buffer.alloc(1313, 6).toString('base64')}\nquorum court\n`,
    ),
    refused(
      'an id that is not of this key',
      'policy-key-malformed',
      1,
      `log ${FIRST_LOG.vkey.replace(FIRST_LOG.id.toString('hex'), '00000000')}\nquorum none\n`,
    ),
    refused('no key at all', 'policy-key-malformed', 1, 'log example.com\nquorum none\n'),
    refused('a log without a key', 'policy-line-malformed', 1, 'log\nquorum none\n'),
    refused(
      'a log with two addresses',
      'policy-line-malformed',
      1,
      `log ${FIRST_LOG.vkey} https://a.example https://b.example\nquorum none\n`,
    ),
    refused('a witness without a key', 'policy-line-malformed', 1, 'witness court\nquorum none\n'),
    refused('a quorum of two names', 'policy-line-malformed', 3, `${W}quorum court press\n`),
    refused('a quorum of no name', 'policy-line-malformed', 3, `${W}quorum\n`),
    refused('another word', 'policy-line-unknown', 2, `${L}mirror ${COURT.vkey}\nquorum none\n`),
    refused('a word in uppercase', 'policy-line-unknown', 1, `LOG ${FIRST_LOG.vkey}\nquorum none\n`),
    refused('a carriage return', 'policy-characters', 0, `${L}quorum none\r\n`),
    refused('a NUL', 'policy-characters', 0, `${L}quorum none\u0000\n`),
    refused('a DEL', 'policy-characters', 0, `# \u007f\nquorum none\n`),
    refused(
      '257 witnesses',
      'policy-too-long',
      257,
      `${wide(257, (i) => `witness w${i} ${noteKey(`w${i}.example`, 4).vkey}\n`)}quorum none\n`,
    ),
  ],
};

interface CheckVector {
  readonly name: string;
  readonly policy: string;
  readonly checkpoint: string;
  readonly expected:
    | {
        readonly origin: string;
        readonly size: number;
        readonly root: string;
        readonly cosigners: readonly { readonly name: string; readonly time: number; readonly counted: boolean }[];
      }
    | { readonly code: string };
}

const ROOT = mth(hashesOf(SAMPLE.leaves));
const TEXT = checkpointText(LEDGER, SIZE, ROOT);
const signed = (...lines: readonly string[]): string => note(TEXT, ...lines);
const [LOG_LINE, FINANCE, REGISTRY, COURT_LINE] = usualLines(TEXT) as [string, string, string, string];
const cosigner = (name: string, time: number, counted = true) => ({ name, time, counted });
const NODES = [cosigner('finance', NOW - 30), cosigner('registry', NOW - 29)];

function satisfied(name: string, checkpoint: string, cosigners: readonly ReturnType<typeof cosigner>[], policy = POLICY): CheckVector {
  return { name, policy, checkpoint, expected: { origin: LEDGER, size: SIZE, root: ROOT.toString('base64'), cosigners } };
}

function unsatisfied(name: string, code: string, checkpoint: string, policy = POLICY): CheckVector {
  return { name: `${code}: ${name}`, policy, checkpoint, expected: { code } };
}

/** A line of this key's name and id that no key ever signed. */
const spoiled = (key: { readonly name: string; readonly id: Buffer }, length = 72): string => rawLine(key, Buffer.alloc(length, 1));

export const policyChecks: VectorFile<CheckVector> = {
  description:
    'Signed checkpoints against policies: who cosigned when (seconds; counted = the quorum asks for it), or the code of the refusal (stricter: general readers of notes may take it). The root in base64.',
  spec: 'docs/spec/policy.md',
  vectors: [
    satisfied('the quorum and no more', signed(LOG_LINE, FINANCE, REGISTRY, COURT_LINE), [...NODES, cosigner('court', NOW - 28)]),
    satisfied('in another order', signed(COURT_LINE, REGISTRY, FINANCE, LOG_LINE), [
      cosigner('court', NOW - 28),
      cosigner('registry', NOW - 29),
      cosigner('finance', NOW - 30),
    ]),
    satisfied('the other node’s log key', signed(logLine(SECOND_LOG, TEXT), FINANCE, REGISTRY, COURT_LINE), [
      ...NODES,
      cosigner('court', NOW - 28),
    ]),
    satisfied('both nodes’ log keys', signed(LOG_LINE, logLine(SECOND_LOG, TEXT), FINANCE, REGISTRY, COURT_LINE), [
      ...NODES,
      cosigner('court', NOW - 28),
    ]),
    satisfied('the other outside witness', signed(LOG_LINE, FINANCE, REGISTRY, cosignLine(PRESS, TEXT, NOW)), [
      ...NODES,
      cosigner('press', NOW),
    ]),
    satisfied('a stranger’s line says nothing', signed(LOG_LINE, FINANCE, REGISTRY, COURT_LINE, cosignLine(STRANGER, TEXT, NOW)), [
      ...NODES,
      cosigner('court', NOW - 28),
    ]),
    satisfied('a stranger’s spoiled line says nothing', signed(spoiled(STRANGER), LOG_LINE, FINANCE, REGISTRY, COURT_LINE), [
      ...NODES,
      cosigner('court', NOW - 28),
    ]),
    satisfied(
      'a known name with another id is a stranger',
      signed(LOG_LINE, FINANCE, REGISTRY, COURT_LINE, spoiled({ name: COURT.name, id: STRANGER.id })),
      [...NODES, cosigner('court', NOW - 28)],
    ),
    satisfied(
      'a known id under another name is a stranger',
      signed(LOG_LINE, FINANCE, REGISTRY, COURT_LINE, spoiled({ name: STRANGER.name, id: COURT.id })),
      [...NODES, cosigner('court', NOW - 28)],
    ),
    satisfied(
      'one witness twice: once counted, at its newest time',
      signed(LOG_LINE, FINANCE, REGISTRY, cosignLine(COURT, TEXT, NOW), COURT_LINE),
      [...NODES, cosigner('court', NOW)],
    ),
    satisfied('no quorum asked', signed(LOG_LINE), [], NO_QUORUM_POLICY),
    satisfied(
      'a witness the quorum does not ask for',
      signed(LOG_LINE, COURT_LINE, cosignLine(PRESS, TEXT, NOW)),
      [cosigner('court', NOW - 28), cosigner('press', NOW, false)],
      `${COURT_POLICY}witness press ${PRESS.vkey}\n`,
    ),
    unsatisfied('one node short', 'quorum-not-met', signed(LOG_LINE, FINANCE, COURT_LINE)),
    unsatisfied('nobody from outside', 'quorum-not-met', signed(LOG_LINE, FINANCE, REGISTRY)),
    unsatisfied('one node twice is one node', 'quorum-not-met', signed(LOG_LINE, FINANCE, cosignLine(FIRST_NODE, TEXT, NOW), COURT_LINE)),
    unsatisfied('the log alone', 'quorum-not-met', signed(LOG_LINE)),
    unsatisfied('nobody has signed for the log', 'log-signature-missing', signed(FINANCE, REGISTRY, COURT_LINE)),
    unsatisfied(
      'a stranger signs under the log’s name',
      'log-signature-missing',
      signed(logLine(noteKey(LEDGER, 1, 'stranger'), TEXT), FINANCE, REGISTRY, COURT_LINE),
    ),
    unsatisfied('a known witness’s spoiled line', 'signature-invalid', signed(LOG_LINE, FINANCE, REGISTRY, COURT_LINE, spoiled(PRESS))),
    unsatisfied(
      'a known log’s spoiled line',
      'signature-invalid',
      signed(LOG_LINE, spoiled(SECOND_LOG, 64), FINANCE, REGISTRY, COURT_LINE),
    ),
    stricter(
      unsatisfied(
        'a good line and a spoiled one by the same witness',
        'signature-invalid',
        signed(LOG_LINE, FINANCE, REGISTRY, COURT_LINE, spoiled(COURT)),
      ),
    ),
    unsatisfied(
      'cosigned another root',
      'signature-invalid',
      signed(LOG_LINE, FINANCE, REGISTRY, cosignLine(COURT, checkpointText(LEDGER, SIZE, Buffer.alloc(32)), NOW)),
    ),
    unsatisfied(
      'another log',
      'log-unknown',
      ((text: string) => note(text, ...usualLines(text)))(checkpointText('other.example/0123456789abcdef', SIZE, ROOT)),
    ),
    unsatisfied('no log in the policy', 'log-unknown', signed(LOG_LINE, COURT_LINE), `witness court ${COURT.vkey}\nquorum court\n`),
    unsatisfied('not a note', 'checkpoint-malformed', TEXT),
    unsatisfied('a note that is not a checkpoint', 'checkpoint-malformed', note(`${LEDGER}\n`, logLine(FIRST_LOG, `${LEDGER}\n`))),
    unsatisfied('nothing', 'checkpoint-malformed', ''),
  ],
};
