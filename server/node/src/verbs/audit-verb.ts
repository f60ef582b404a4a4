/** `audit`: a ledger's address or data directory, decided anew from its first leaf. */
import { existsSync } from 'node:fs';
import { StorageDamaged } from '@tabularium/engine-port';
import { auditLedger } from '../audit/audit-ledger.ts';
import type { AuditSource } from '../audit/audit-source.ts';
import { DirectorySource } from '../audit/directory-source.ts';
import { HttpSource } from '../audit/http-source.ts';
import { dataDirectory } from '../data-directory.ts';
import { EXIT_CODES, NodeFault } from '../node-fault.ts';
import { dataOf, dataOption } from './settings.ts';
import type { Verb } from './verb.ts';

export const auditVerb: Verb = {
  help: `tabularium audit [URL | DIR]

Reads the whole log of a ledger, from its address or its data directory, decides every transaction anew, checks every
signature, seal and state root, and compares what is kept beside the log. Names the first difference and ends with
exit code ${EXIT_CODES['audit-difference']}; 0 if there is none. A node may run on the directory meanwhile.`,
  options: dataOption,
  async run(call) {
    const given = call.positionals[0];
    const source = open(given !== undefined && /^https?:\/\//.test(given) ? given : dataOf(call, given));
    try {
      const report = await auditLedger(source, ({ what, done, total }) => call.console.progress(what, done, total));
      if (!report.ok) {
        const { difference } = report;
        call.console.say('audit', { ok: false, source: source.name, difference }, `DIFFERENT: ${difference.place}: ${difference.detail}`);
        return EXIT_CODES['audit-difference'];
      }
      const { origin, height, size, root, cosigners, compared } = report;
      const who = cosigners.map(({ name, time }) => `${name} (${new Date(time * 1_000).toISOString()})`).join(', ');
      call.console.say(
        'audit',
        { ...report, source: source.name },
        `no difference: ${origin}, height ${height}, ${size} leaves, root ${root}\ncompared:  ${compared.join(', ')}\ncosigned:  ${who}`,
      );
      return undefined;
    } finally {
      source.close();
    }
  },
};

function open(name: string): AuditSource {
  if (/^https?:\/\//.test(name)) return new HttpSource(name);
  if (!existsSync(dataDirectory(name).ledger)) throw new NodeFault('no-ledger', `there is no ledger in ${name}`);
  try {
    return new DirectorySource(name);
  } catch (cause) {
    if (cause instanceof StorageDamaged) throw new NodeFault('damaged', cause.message, { cause });
    throw cause;
  }
}
