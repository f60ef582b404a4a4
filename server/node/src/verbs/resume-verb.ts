/** `resume --after-loss`: a ledger that cannot go on ends, and a successor goes on from what was saved. */
import { readFileSync } from 'node:fs';
import { DirectoryInUse } from '@tabularium/engine-port';
import { NodeFault } from '../node-fault.ts';
import type { PredecessorOf } from '../predecessor.ts';
import { type ResumeReport, resumeAfterLoss } from '../resume.ts';
import { dataOf, dataOption, textOf, textsOf, witnessesOf, witnessOption } from './settings.ts';
import { vaultOf, vaultOptions } from './vault-settings.ts';
import type { Verb, VerbCall } from './verb.ts';

const REASONS: readonly PredecessorOf['reason'][] = ['lost-disk', 'lost-keys', 'merger', 'change-of-format'];

export const resumeVerb: Verb = {
  help: `tabularium resume --after-loss [--data DIR] [--reason REASON] [--witness VKEY=URL …]
                  [--witness-checkpoint FILE …] [--founders OFFICER,OFFICER] [--vault-keys FOLDER] [--vault-database-url URL]

After a loss: says what the saved ledger lacks of what its witnesses saw, and builds a successor that carries on the saved
state under a charter of its own. The successor takes nothing before two officers have accepted that charter; then clients'
kept receipts bring back what was lost (kernel.readmit).

  --reason REASON               ${REASONS.join(', ')} (default lost-disk)
  --witness VKEY=URL            where a witness answers, if the charter does not say
  --witness-checkpoint FILE     the newest checkpoint as a witness sent it, if it cannot be reached
  --founders OFFICER,OFFICER    who may accept; without it, all who may sign amendments of the charter`,
  options: {
    ...dataOption,
    ...witnessOption,
    ...vaultOptions,
    'after-loss': { type: 'boolean' },
    reason: { type: 'string' },
    'witness-checkpoint': { type: 'string', multiple: true },
    founders: { type: 'string' },
  },
  async run(call) {
    if (call.values['after-loss'] !== true) throw new NodeFault('usage', 'say what for: resume --after-loss', { next: 'resume --help' });
    const reason = textOf(call, 'reason') ?? 'lost-disk';
    if (!isReason(reason)) throw new NodeFault('usage', `--reason is one of ${REASONS.join(', ')}`);
    const founders = textOf(call, 'founders')?.split(',');
    const dir = dataOf(call, call.positionals[0]);
    try {
      const report = await resumeAfterLoss({
        dir,
        reason,
        witnesses: witnessesOf(call),
        notes: notesOf(call),
        vault: vaultOf(call),
        ...(founders === undefined ? {} : { founders }),
      });
      say(report, dir, call);
    } catch (cause) {
      if (cause instanceof DirectoryInUse) throw new NodeFault('directory-in-use', cause.message, { cause });
      throw cause;
    }
    return undefined;
  },
};

function isReason(text: string): text is PredecessorOf['reason'] {
  return (REASONS as readonly string[]).includes(text);
}

function notesOf(call: VerbCall): ReadonlyMap<string, string> {
  return new Map(
    textsOf(call, 'witness-checkpoint').map((path) => {
      try {
        return [path, readFileSync(path, 'utf8')];
      } catch (cause) {
        throw new NodeFault('input-invalid', `${path} cannot be read: ${(cause as Error).message}`, { cause });
      }
    }),
  );
}

function say(report: ResumeReport, dir: string, { console }: VerbCall): void {
  const { predecessor, successor, charter, founders, quorum, carried, witnessed, missing, silent, kept } = report;
  for (const { from, detail } of silent) console.note(`not heard: ${from} (${detail})`);
  const lost =
    missing === 0
      ? `Nothing is known to be missing: ${carried} leaves were saved, and nobody outside has seen more.`
      : `Missing: leaves ${carried} to ${witnessed - 1}. ${carried} were saved, and a witness has seen ${witnessed}.`;
  console.say(
    'resumed',
    { ...report, dir },
    `${predecessor} has ended; ${successor} goes on from what was saved.

${lost}
The old directory lies in ${kept}. Keep it.

next:  1. give the witnesses the new log key (in ${dir}/charter.json, or /log/vkey once it runs)
       2. tabularium start --data ${dir}
       3. ${quorum} of ${founders.join(', ')} accept the new charter, each with
          tabularium tx sign kernel.charter.accept --body '{"charter":"${charter}"}' --submit --key FILE
       4. whoever holds receipts of lost entries hands them in: an officer signs kernel.readmit for each, oldest first
       5. /predecessor says to everyone what stayed lost`,
  );
}
