/** `backup`, `restore` and `rebuild`: what an operator does with a data directory as a whole. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_FILES } from '@tabularium/engine-cometbft';
import { DirectoryInUse } from '@tabularium/engine-port';
import type { BackupReport } from '@tabularium/store';
import { askNode } from '../admin-socket.ts';
import { dataDirectory } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { requireLedger } from '../open-ledger.ts';
import { rebuild } from '../rebuild.ts';
import { restoreBackup } from '../restore.ts';
import { backupNode } from '../start-node.ts';
import { databaseOf, databaseOption, dataOf, dataOption, textOf } from './settings.ts';
import type { Verb, VerbCall } from './verb.ts';

/** The word that must stand after the verb. */
function wordOf({ positionals }: VerbCall, what: string): string {
  const [word] = positionals;
  if (word === undefined || positionals.length > 1) throw new NodeFault('usage', `name ${what}, and nothing else`);
  return word;
}

export const backupVerb: Verb = {
  help: `tabularium backup [--data DIR] [--keys] FOLDER

Copies the ledger and its texts into a new folder, whether a node runs on it or not. The copy is of one moment.

  --keys    copy the node's own keys too, CometBFT's among them; whoever has them can sign as this node`,
  options: { ...dataOption, keys: { type: 'boolean' } },
  async run(call) {
    const to = wordOf(call, 'the folder to make');
    const dir = dataOf(call);
    requireLedger(dataDirectory(dir));
    const keys = call.values.keys === true;
    const onProgress = ({ pages, pagesLeft }: { readonly pages: number; readonly pagesLeft: number }): void =>
      call.console.progress('copied', pages - pagesLeft, pages);
    try {
      const { height, size, files, bytes } = await askOr(
        () => askNode(dir, { verb: 'backup', to, keys }, (progress) => onProgress(progress as { pages: number; pagesLeft: number })),
        () => backupNode(dir, to, { keys, onProgress }),
      );
      const words = `saved ${to}: height ${height}, ${size} leaves, ${Math.ceil(bytes / 1024).toLocaleString('en')} KiB${keys ? ', with the keys' : ', without the keys'}`;
      call.console.say('backup', { to, height, size, files, bytes }, words);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw new NodeFault('directory-taken', error.message);
      throw error;
    }
    return undefined;
  },
};

/** A running node copies itself; where none runs, this process does. */
async function askOr(ask: () => Promise<unknown>, otherwise: () => Promise<BackupReport>): Promise<BackupReport> {
  try {
    return (await ask()) as BackupReport;
  } catch (error) {
    if (error instanceof NodeFault && error.code === 'not-running') return await otherwise();
    throw error;
  }
}

export const restoreVerb: Verb = {
  help: `tabularium restore BACKUP [--data DIR] [--keys FOLDER]

Lays a backup down as a new data directory. A node that starts on it asks its witnesses first, because a backup may be
older than what was acknowledged; where several agencies run the ledger, it comes to what the others have (network rejoin).

  --keys FOLDER    your copy of the node's keys, where the backup holds none; of a node of several agencies also
                   priv_validator_key.json and node_key.json of its comet/config`,
  options: { ...dataOption, keys: { type: 'string' } },
  async run(call) {
    const backup = wordOf(call, 'the folder of the backup');
    const dir = dataOf(call);
    const given = textOf(call, 'keys');
    const { height, size, keys, shared } = restoreBackup({ backup, dir, ...(given === undefined ? {} : { keys: given }) });
    const begin = shared ? `tabularium network rejoin --data ${dir} --from https://…` : `tabularium start --data ${dir}`;
    const place = dataDirectory(dir);
    const ofComet = shared ? KEY_FILES.map((file) => join(place.comet, file)).filter((path) => !existsSync(path)) : [];
    const lacking = [...(keys ? [] : [place.keys]), ...ofComet];
    const next = lacking.length === 0 ? begin : `put your copy of the node's keys there: ${lacking.join(', ')}; then ${begin}`;
    call.console.say(
      'restored',
      { dir, height, size, keys, shared, next },
      `restored ${dir}: height ${height}, ${size} leaves\nnext:  ${next}`,
    );
    return undefined;
  },
};

export const rebuildVerb: Verb = {
  help: `tabularium rebuild [--data DIR] [--database-url URL]

Throws the lists away and builds them anew from the ledger; without a running node, the state tree's file too.`,
  options: { ...dataOption, ...databaseOption },
  async run(call) {
    const dir = dataOf(call, call.positionals[0]);
    try {
      await askNode(dir, { verb: 'rebuild' });
      call.console.say('rebuilding', { dir }, 'the running node builds its lists anew; /health says how far they are');
    } catch (error) {
      if (!(error instanceof NodeFault) || error.code !== 'not-running') throw error;
      const onProgress = (done: number, total: number): void => call.console.progress('blocks', done, total);
      const { height } = await lockedOut(dir, () => rebuild({ dir, ...databaseOf(call), onProgress }));
      call.console.say('rebuilt', { dir, height }, `rebuilt up to height ${height}`);
    }
    return undefined;
  },
};

async function lockedOut<T>(dir: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof DirectoryInUse) throw new NodeFault('directory-in-use', `${dir} is in use by another process`, { cause });
    throw cause;
  }
}
