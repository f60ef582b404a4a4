/** `audit`: a ledger's address or data directory, decided anew from its first leaf. */
import { existsSync, readFileSync } from 'node:fs';
import { StorageDamaged } from '@tabularium/engine-port';
import { auditLedger } from '../audit/audit-ledger.ts';
import type { AuditSource } from '../audit/audit-source.ts';
import { DirectorySource } from '../audit/directory-source.ts';
import { HttpSource } from '../audit/http-source.ts';
import type { EarlierTexts } from '../audit/text-auditor.ts';
import { openAuditedVault } from '../audit/vault-source.ts';
import { dataDirectory } from '../data-directory.ts';
import { EXIT_CODES, NodeFault } from '../node-fault.ts';
import { noLedger } from '../open-ledger.ts';
import { incomplete } from '../rebuild.ts';
import { dataOf, dataOption, textOf } from './settings.ts';
import { vaultOf, vaultOptions } from './vault-settings.ts';
import type { Verb, VerbCall } from './verb.ts';

/** `seen`: when somebody cosigned last what it audited, seconds since 1970. */
type Earlier = EarlierTexts & { readonly seen?: number };
interface EarlierAudit {
  readonly texts?: EarlierTexts;
  readonly cosigners?: readonly { readonly time: number }[];
}

export const auditVerb: Verb = {
  help: `tabularium audit [URL | DIR] [--since FILE] [--vault-keys FOLDER] [--vault-database-url URL] [--verbose]

Reads the whole log of a ledger, from its address or its data directory, decides every transaction anew, checks every
signature, seal and state root, and compares what is kept beside the log: of a directory its records and what its
vault holds of people, of an address every list that the node shows. Names the first difference and ends with
exit code ${EXIT_CODES['audit-difference']}; 0 if there is none. A node may run on the directory meanwhile.

The log alone cannot tell a published text that is gone from a decoy: digests without a text are counted with --verbose,
and listed with --json. Keep what --json says, and the next audit names each text that has gone since.

  --since FILE                  what an earlier audit of this ledger said with --json
  --vault-keys FOLDER           the keys of the directory's vault, if not in it; without them, what it holds is not opened
  --vault-database-url URL      where the vault is, if not in the directory
  --verbose                     also how many digests have no text`,
  options: { ...dataOption, ...vaultOptions, since: { type: 'string' }, verbose: { type: 'boolean' } },
  async run(call) {
    const given = call.positionals[0];
    const earlier = earlierOf(call);
    const source = open(given !== undefined && /^https?:\/\//.test(given) ? given : dataOf(call, given));
    const vault = source instanceof DirectorySource ? await openAuditedVault(source.name, vaultOf(call)) : undefined;
    try {
      const report = await auditLedger(source, {
        ...(vault === undefined ? {} : { vault }),
        onProgress: ({ what, done, total }) => call.console.progress(what, done, total),
        ...(earlier === undefined ? {} : { earlier }),
      });
      if (!report.ok) {
        const { difference } = report;
        call.console.say('audit', { ok: false, source: source.name, difference }, `DIFFERENT: ${difference.place}: ${difference.detail}`);
        return EXIT_CODES['audit-difference'];
      }
      const { origin, height, size, root, cosigners, compared, left, texts } = report;
      const { published, withdrawn, without } = texts;
      if (earlier !== undefined && !Object.keys(texts.leaves).some((one) => Object.hasOwn(earlier.leaves, one)))
        throw new NodeFault('input-invalid', `${textOf(call, 'since')} is of another ledger than ${origin}`);
      const who = cosigners.map(({ name, time }) => `${name} (${new Date(time * 1_000).toISOString()})`).join(', ');
      const words = [
        `compared:  ${compared.join(', ')}`,
        ...left.map((one) => `NOT compared: ${one}`),
        `texts:     ${published} published, ${withdrawn} withdrawn`,
        ...(call.values.verbose === true && without.length > 0 ? [withoutWords(without.length, earlier !== undefined)] : []),
        `cosigned:  ${who}`,
        ...(earlier === undefined ? [] : [sinceWords(earlier, texts.leaves)]),
        `no difference: ${origin}, height ${height}, ${size} entries, root ${root}`,
      ];
      call.console.say('audit', { ...report, source: source.name }, words.join('\n'));
      return undefined;
    } finally {
      await vault?.close();
      source.close();
    }
  },
};

/** Each published text has a decoy beside it in the log, so that nobody can tell from a digest whether there ever was a text. */
function withoutWords(count: number, isCompared: boolean): string {
  const tells = isCompared ? '' : '; keep what --json says, and the next audit with --since tells them apart';
  return `           ${count} digests without a text: the log holds decoys on purpose, so this alone is no fault${tells}`;
}

function sinceWords({ seen, leaves }: Earlier, now: EarlierTexts['leaves']): string {
  const all = (counts: EarlierTexts['leaves']): number => Object.values(counts).reduce((sum, one) => sum + one, 0);
  const then = seen === undefined ? 'the earlier audit' : new Date(seen * 1_000).toISOString();
  return `since ${then}: nothing gone, ${all(now) - all(leaves)} entries more`;
}

function open(name: string): AuditSource {
  if (/^https?:\/\//.test(name)) return new HttpSource(name);
  if (!existsSync(dataDirectory(name).ledger)) throw noLedger(dataDirectory(name));
  try {
    const source = new DirectorySource(name);
    const missing = source.missing();
    if (missing === undefined) return source;
    source.close();
    throw incomplete(name, missing);
  } catch (cause) {
    if (cause instanceof StorageDamaged) throw new NodeFault('damaged', cause.message, { cause });
    throw cause;
  }
}

/** The last audit in a file of lines as `--json` writes them. */
function earlierOf(call: VerbCall): Earlier | undefined {
  const path = textOf(call, 'since');
  if (path === undefined) return undefined;
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    const last = lines.findLast((line) => line.includes('"event":"audit"'));
    const { texts, cosigners = [] } = JSON.parse(last ?? '{}') as EarlierAudit;
    if (texts === undefined || !Array.isArray(texts.without) || typeof texts.leaves !== 'object')
      throw new Error('it holds no audit without a difference');
    const seen = Array.isArray(cosigners) ? Math.max(...cosigners.map(({ time }) => time)) : Number.NaN;
    return { ...texts, ...(Number.isSafeInteger(seen) ? { seen } : {}) };
  } catch (cause) {
    throw new NodeFault('input-invalid', `${path} is not what an earlier audit said with --json: ${(cause as Error).message}`, { cause });
  }
}
