/**
 * What CometBFT is told before it starts: its folder with configuration, genesis and keys (CometBFT v0.39, "Configuration", "Genesis").
 * Everything that is not named here stays as CometBFT has it.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A block of ours, CometBFT's header and commit around it. */
const BLOCK_BYTES = 4 * 1024 * 1024 + 256 * 1024;
/** Transactions of at most 60 KiB. */
const TX_BYTES = 64 * 1024;
const POWER = '10';

/** An Ed25519 key as CometBFT writes it. */
export interface ValidatorKey {
  readonly type: string;
  /** Base64. */
  readonly value: string;
}

export interface CometHome {
  /** CometBFT's program. */
  readonly program: string;
  /** Its folder; made where it is missing, with keys of its own. */
  readonly dir: string;
  /** Socket of the application. */
  readonly abciPath: string;
  /** Socket of its RPC, for us alone. */
  readonly rpcPath: string;
  /** Where other validators reach this one, `host:port`. */
  readonly peerAddress: string;
  /** `id@host:port` of the others. */
  readonly peers: readonly string[];
}

export interface Genesis {
  /** At most 50 characters. */
  readonly chainId: string;
  /** ms UTC. */
  readonly time: number;
  readonly validators: readonly ValidatorKey[];
}

/** Makes the folder and this validator's keys, if they are not there. Returns the public one. */
export async function makeKeys({ program, dir }: Pick<CometHome, 'program' | 'dir'>): Promise<ValidatorKey> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await run(program, ['init', '--home', dir]);
  const key = JSON.parse(await readFile(join(dir, 'config', 'priv_validator_key.json'), 'utf8')) as { pub_key: ValidatorKey };
  return key.pub_key;
}

/** Writes configuration and genesis anew. The genesis must be alike on every validator. */
export async function writeHome(home: CometHome, { chainId, time, validators }: Genesis): Promise<void> {
  const genesis = {
    genesis_time: new Date(time).toISOString(),
    chain_id: chainId,
    initial_height: '1',
    consensus_params: {
      block: { max_bytes: String(BLOCK_BYTES), max_gas: '-1' },
      evidence: { max_age_num_blocks: '100000', max_age_duration: '172800000000000', max_bytes: '1048576' },
      validator: { pub_key_types: ['ed25519'] },
      version: { app: '1' },
      abci: { vote_extensions_enable_height: '0' },
    },
    validators: validators.map((pub_key) => ({ pub_key, power: POWER, name: '' })),
    app_hash: '',
  };
  await writeFile(join(home.dir, 'config', 'genesis.json'), `${JSON.stringify(genesis, null, 2)}\n`);
  await writeFile(join(home.dir, 'config', 'config.toml'), configuration(home));
}

function configuration({ abciPath, rpcPath, peerAddress, peers }: CometHome): string {
  const text = (value: string): string => JSON.stringify(value);
  return `proxy_app = ${text(`unix://${abciPath}`)}
abci = "socket"
log_level = "error"
log_format = "json"

[rpc]
laddr = ${text(`unix://${rpcPath}`)}
max_request_batch_size = 0
max_body_bytes = 33554432

[p2p]
laddr = ${text(`tcp://${peerAddress}`)}
persistent_peers = ${text(peers.join(','))}
addr_book_strict = false
allow_duplicate_ip = true
pex = false

[mempool]
type = "flood"
recheck = false
size = 20000
max_txs_bytes = 134217728
cache_size = 40000
max_tx_bytes = ${TX_BYTES}

[consensus]
timeout_commit = "0s"
skip_timeout_commit = true
create_empty_blocks = false
peer_gossip_sleep_duration = "10ms"

[tx_index]
indexer = "null"
`;
}
