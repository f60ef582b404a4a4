/** A node that was one of the others' comes back: from a backup, without CometBFT's blocks, after a joining that was broken off. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CometRpc } from '@tabularium/engine-cometbft';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { dataDirectory } from '../data-directory.ts';
import { NodeConsole } from '../node-console.ts';
import { NodeFault } from '../node-fault.ts';
import { restoreBackup } from '../restore.ts';
import { socketPath } from '../socket-path.ts';
import { auditVerb } from '../verbs/audit-verb.ts';
import { rebuildVerb, restoreVerb } from '../verbs/copy-verbs.ts';
import { networkVerb } from '../verbs/network-verb.ts';
import { type KeptBlocks, keptBlocks } from './comet-question.ts';
import { Agency, AgencyNetwork, submitUntilIn, until, whyNot } from './network-rig.test.ts';
import { rejoinNetwork } from './rejoin-network.ts';
import { readVoteless, writeVoteless } from './voteless.ts';

if (whyNot === undefined) describe('a node comes back to the others', tests);
else test('nodes that come back are passed over', (t) => t.diagnostic(whyNot!));

function fault(code: string, message = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NodeFault, String(error));
    assert.equal(error.code, code);
    assert.match(`${error.message} ${error.next ?? ''}`, message);
    return true;
  };
}

function tests(): void {
  let network: AgencyNetwork;
  before(async () => {
    network = await AgencyNetwork.found(4, () => ({ network: { snapshotPace: { everyBlocks: 10, keepBlocks: 30 } } }));
  });
  after(() => network.dispose());
  const agencies = (): [Agency, Agency, Agency, Agency] => network.agencies as [Agency, Agency, Agency, Agency];
  const rejoin = ({ dir }: Agency, snapshot: boolean) => rejoinNetwork({ dir, from: agencies()[0].entry.validator.exchange, snapshot });

  /** As if its rejoining had been a while ago. */
  const votesAgain = async ({ dir }: Agency): Promise<void> => {
    const place = dataDirectory(dir);
    writeVoteless(place, Date.now() - 60_000);
    await submitUntilIn(agencies()[0], network.write());
    await until(() => !existsSync(place.voteless));
  };

  /** What is said to a person who lays down a backup without keys. */
  const restoredWords = async ({ dir, node }: Agency): Promise<string> => {
    const [bare, laid] = [`${dir}.bare`, `${dir}.laid`];
    await node.backup(bare, { keys: false });
    const lines: string[] = [];
    const out = { write: (text: string) => void lines.push(text) };
    await restoreVerb.run({
      values: { data: laid },
      positionals: [bare],
      env: {},
      console: new NodeConsole({ out, err: out, json: false }),
    });
    return lines.join('');
  };

  test('restored from a backup, it says what is next, and comes to what the others have since', async () => {
    const [first, , , last] = agencies();
    await submitUntilIn(first, network.write());
    const backup = `${last.dir}.backup`;
    const { files } = await last.node.backup(backup, { keys: true });
    for (const name of ['node.json', 'keys/tls.pem', 'comet/config/priv_validator_key.json', 'comet/config/node_key.json'])
      assert.ok(files.includes(name), name);
    assert.match(
      await restoredWords(last),
      /keys there: .*laid\/keys, .*priv_validator_key\.json, .*node_key\.json; then tabularium network rejoin/,
    );
    const written = await submitUntilIn(last, network.write());
    await network.level();
    await assert.rejects(rejoin(last, true), fault('directory-in-use'));
    await last.stop();
    rmSync(last.dir, { recursive: true });

    const { shared, keys } = restoreBackup({ backup, dir: last.dir });
    assert.deepEqual([shared, keys], [true, true]);
    await assert.rejects(last.start(), fault('damaged', /backup.*network rejoin/));
    let aside = '';
    const hourBehind = (): number => Date.now() - 3_600_000;
    const { by, height } = await rejoinNetwork({
      dir: last.dir,
      from: first.entry.validator.exchange,
      snapshot: true,
      onAside: (folder) => {
        aside = folder;
      },
      clock: hourBehind,
    });
    assert.equal(by, 'snapshot');
    assert.ok(existsSync(join(aside, 'charter.json')) && existsSync(join(aside, 'restored.json')));
    assert.ok(existsSync(join(last.dir, 'voteless.json')));

    // It has no past yet: that is said, and not taken for a difference.
    const out = { write: () => undefined };
    const call = { values: {}, positionals: [last.dir], env: {}, console: new NodeConsole({ out, err: out, json: true }) };
    for (const verb of [auditVerb, rebuildVerb])
      await assert.rejects(async () => verb.run(call), fault('input-invalid', new RegExp(`blocks 1 to ${height} have not arrived`)));

    const { time } = first.node.storage.head();
    await last.start({ clock: hourBehind });
    await until(() => last.node.storage.missing() === undefined);
    await submitUntilIn(first, network.write());
    await network.level();
    assert.ok((readVoteless(dataDirectory(last.dir)) ?? 0) >= time, 'that its clock is behind brings its vote back no earlier');
    await last.stop();
    await last.start();
    await submitUntilIn(last, network.write());
    await network.level();
    assert.equal(last.node.door.placed(written.name)?.index, written.index);
    await votesAgain(last);
  });

  test('without CometBFT’s blocks it says what is next, and comes back by the log; without CometBFT’s keys it is nobody', async () => {
    const [first, , third] = agencies();
    await submitUntilIn(third, network.write());
    await third.stop();
    rmSync(join(third.dir, 'comet', 'data'), { recursive: true });
    await assert.rejects(third.start(), fault('damaged', /network rejoin/));
    const lines: string[] = [];
    const out = { write: (line: string) => void lines.push(line) };
    const values = { data: third.dir, from: agencies()[0].entry.validator.exchange };
    await networkVerb.run({ values, positionals: ['rejoin'], env: {}, console: new NodeConsole({ out, err: out, json: true }) });
    const { event, by } = JSON.parse(lines.at(-1)!) as Record<string, unknown>;
    assert.deepEqual([event, by], ['joined', 'log']);
    assert.match(lines.join(''), /the ledger that was here lies in .*before-rejoin-[0-9]{8}T[0-9]{6}Z/);
    const key = join(third.dir, 'comet', 'config', 'priv_validator_key.json');
    renameSync(key, `${key}.away`);
    await assert.rejects(third.start(), fault('node-keys', /CometBFT's keys .* are missing/));
    const others = join(first.dir, 'comet', 'config', 'priv_validator_key.json');
    cpSync(others, key);
    await assert.rejects(third.start(), fault('node-keys', /are not those that the charter names/));
    renameSync(`${key}.away`, key);
    await third.start();
    await submitUntilIn(third, network.write());
    await votesAgain(third);
    await network.level();
  });

  test('where too few of the others answer it comes to nothing, and may be done again', async () => {
    const [, second, third] = agencies();
    await Promise.all([second.stop(), third.stop()]);
    await assert.rejects(rejoin(second, true), fault('nodes-unreachable', /3 of the 3 other nodes/));
    await assert.rejects(second.start(), fault('no-ledger'));
    await third.start();
    assert.equal((await rejoin(second, false)).by, 'log');
    assert.equal(readdirSync(second.dir).filter((name) => name.startsWith('before-rejoin-')).length, 1);
    await second.start();
    await submitUntilIn(second, network.write());
    await network.level();
  });

  test('away until nobody keeps the blocks any more that it needs, it says so, shows what it has, and comes back', async () => {
    const [first, second] = agencies();
    const { size } = second.node.storage.head();
    const kept = async ({ dir }: Agency): Promise<KeptBlocks> => {
      const rpc = new CometRpc(socketPath(dir, 'comet'));
      const answer = await keptBlocks({ comet: (call) => rpc.passOn(call) });
      rpc.close();
      return answer!;
    };
    const { latest } = await kept(second);
    await second.stop();
    const others = agencies().filter((agency) => agency !== second);
    await until(async () => {
      await submitUntilIn(first, network.write());
      return (await Promise.all(others.map(kept))).every(({ earliest }) => earliest > latest + 1);
    });

    await second.start();
    await until(() => second.faults.length > 0);
    assert.ok(second.faults.every(fault('left-behind', /away for too long .*network rejoin/)));
    const checkpoint = await second.get('/log/checkpoint');
    assert.equal(checkpoint.headers.get('tabularium-stopped'), '1');
    assert.equal(parseCheckpoint(parseNote(await checkpoint.text())!.text)!.size, size);
    assert.deepEqual((await second.post(network.write())).status, 503);
    await second.stop();
    await rejoin(second, true);
    await second.start();
    await network.level();
  });

  test('where there never was a ledger there is nothing to come back to', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-rejoin-'));
    const nobody = new Agency({ agency: 'nobody', dir, port: 0 });
    await assert.rejects(rejoin(nobody, false), fault('no-ledger'));
    rmSync(dir, { recursive: true });
  });
}
