/**
 * What CometBFT is told before it starts: its folder with configuration, genesis and keys (CometBFT v0.39, "Configuration", "Genesis").
 * Everything that is not named here stays as CometBFT has it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A block of ours, CometBFT's header and commit around it. */
const BLOCK_BYTES = 4 * 1024 * 1024 + 256 * 1024;
const BLOCK_GAS = 1_000;
/** Parcels of transactions. */
const TX_BYTES = 512 * 1024;
/** Where nobody weighs them. */
const POWER = 10;

/** The last step of a height at which a validator signs. */
const PRECOMMIT = 3;

/** The keys of a folder, relative to it: whoever has them is this validator. */
export const KEY_FILES = ['config/priv_validator_key.json', 'config/node_key.json'] as const;

/** A key without a vote, made where it is missing, in the place of the validator's. */
const FOLLOWER_KEY = 'config/follower_key.json';
const FOLLOWER_STATE = 'data/follower_state.json';

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
  /** Only peers that the application knows may connect; default: whoever does. */
  readonly knownPeersOnly?: boolean;
  /** It follows the others and signs no vote, whatever the charter says of it. */
  readonly followsOnly?: boolean;
  /** It comes to the chain by a snapshot of others, where it has no blocks yet. */
  readonly stateSync?: StateSync;
}

/** By what CometBFT's light client knows a block of a chain that it did not follow. */
export interface StateSync {
  /** RPC of others, `http://host:port` or `unix:///path`: two at least, of which both may be the same. */
  readonly servers: readonly string[];
  /** A block that is known to be the chain's. */
  readonly height: number;
  /** Its hash in hex. */
  readonly hash: string;
  /** How old that block may be. */
  readonly trustHours: number;
}

export interface Genesis {
  /** At most 50 characters. */
  readonly chainId: string;
  /** ms UTC. */
  readonly time: number;
  readonly validators: readonly (ValidatorKey & { readonly power?: number })[];
}

/** What others know a validator by. */
export interface ConsensusIdentity {
  readonly key: ValidatorKey;
  /** CometBFT's id of the node: 40 hex digits. */
  readonly id: string;
}

/** Makes the folder and this validator's keys, if they are not there. Returns the public one. */
export async function makeKeys({ program, dir }: Pick<CometHome, 'program' | 'dir'>): Promise<ValidatorKey> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await run(program, ['init', '--home', dir]);
  const key = JSON.parse(await readFile(join(dir, 'config', 'priv_validator_key.json'), 'utf8')) as { pub_key: ValidatorKey };
  return key.pub_key;
}

/** The same, with the id that peers know it by. */
export async function makeIdentity(home: Pick<CometHome, 'program' | 'dir'>): Promise<ConsensusIdentity> {
  const key = await makeKeys(home);
  const { stdout } = await run(home.program, ['show-node-id', '--home', home.dir]);
  return { key, id: stdout.trim() };
}

/** What the keys in a folder are known by; undefined where one is missing. Makes none. */
export function readIdentity(dir: string): ConsensusIdentity | undefined {
  const [validator, node] = KEY_FILES.map((name) => join(dir, name));
  if (!existsSync(validator!) || !existsSync(node!)) return undefined;
  const { pub_key: key } = JSON.parse(readFileSync(validator!, 'utf8')) as { readonly pub_key: ValidatorKey };
  const { priv_key } = JSON.parse(readFileSync(node!, 'utf8')) as { readonly priv_key: { readonly value: string } };
  // An Ed25519 key as CometBFT keeps it ends with its public half, whose hash's first 20 bytes are the id.
  const publicKey = Buffer.from(priv_key.value, 'base64').subarray(32);
  return { key, id: createHash('sha256').update(publicKey).digest('hex').slice(0, 40) };
}

/** Writes configuration and genesis anew. The genesis must be alike on every validator. */
export async function writeHome(home: CometHome, genesis: Genesis): Promise<void> {
  await writeFile(genesisPath(home.dir), genesisText(genesis));
  await writeConfiguration(home);
}

export function genesisPath(dir: string): string {
  return join(dir, 'config', 'genesis.json');
}

/** A genesis as every validator writes it, byte for byte. */
export function genesisText({ chainId, time, validators }: Genesis): string {
  const genesis = {
    genesis_time: new Date(time).toISOString(),
    chain_id: chainId,
    initial_height: '1',
    consensus_params: {
      // A transaction is worth one unit of gas.
      block: { max_bytes: String(BLOCK_BYTES), max_gas: String(BLOCK_GAS) },
      evidence: { max_age_num_blocks: '100000', max_age_duration: '172800000000000', max_bytes: '1048576' },
      validator: { pub_key_types: ['ed25519'] },
      version: { app: '1' },
      abci: { vote_extensions_enable_height: '0' },
    },
    validators: validators.map(({ type, value, power = POWER }) => ({ pub_key: { type, value }, power: String(power), name: '' })),
    app_hash: '',
  };
  return `${JSON.stringify(genesis, null, 2)}\n`;
}

export async function writeConfiguration(home: CometHome): Promise<void> {
  await writeFile(join(home.dir, 'config', 'config.toml'), configuration(home));
}

/** Forgets every block and every vote: for another chain, or for a key that signs nothing until `voteFrom`. */
export async function forgetBlocks(dir: string): Promise<void> {
  await rm(join(dir, 'data'), { recursive: true, force: true });
  // Its state was among the blocks, and CometBFT makes both or none.
  await rm(join(dir, FOLLOWER_KEY), { force: true });
  await mkdir(join(dir, 'data'), { mode: 0o700 });
  await voteFrom(dir, 0);
}

/** The validator's key signs no vote up to this height of CometBFT's, whatever it may have signed there before. */
export async function voteFrom(dir: string, signedUpTo: number): Promise<void> {
  const state = { height: String(signedUpTo), round: 0, step: signedUpTo === 0 ? 0 : PRECOMMIT };
  await writeFile(join(dir, 'data', 'priv_validator_state.json'), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}

function configuration({ abciPath, rpcPath, peerAddress, peers, knownPeersOnly = false, followsOnly = false, ...home }: CometHome): string {
  return `proxy_app = ${text(`unix://${abciPath}`)}
abci = "socket"
log_level = "error"
log_format = "json"
filter_peers = ${knownPeersOnly}
priv_validator_key_file = "${followsOnly ? FOLLOWER_KEY : 'config/priv_validator_key.json'}"
priv_validator_state_file = "${followsOnly ? FOLLOWER_STATE : 'data/priv_validator_state.json'}"

[rpc]
laddr = ${text(`unix://${rpcPath}`)}
unsafe = true
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
timeout_propose = "500ms"
timeout_propose_delta = "500ms"
timeout_prevote = "300ms"
timeout_prevote_delta = "300ms"
timeout_precommit = "300ms"
timeout_precommit_delta = "300ms"
timeout_commit = "0s"
skip_timeout_commit = true
create_empty_blocks = false
peer_gossip_sleep_duration = "10ms"

[tx_index]
indexer = "null"
${home.stateSync === undefined ? '' : stateSyncSection(home.stateSync, home.dir)}`;
}

function stateSyncSection({ servers, height, hash, trustHours }: StateSync, dir: string): string {
  return `
[statesync]
enable = true
rpc_servers = ${text(servers.join(','))}
trust_height = ${height}
trust_hash = ${text(hash)}
trust_period = "${trustHours}h0m0s"
discovery_time = "5s"
chunk_request_timeout = "10s"
temp_dir = ${text(join(dir, 'data'))}
`;
}

function text(value: string): string {
  return JSON.stringify(value);
}
