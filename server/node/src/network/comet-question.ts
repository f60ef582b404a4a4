/** What another node's CometBFT says, asked over its exchange. A peer may answer anything. */
import type { CometCall, ExchangeClient } from '@tabularium/exchange';

export interface KeptBlocks {
  /** CometBFT's heights of the oldest and the newest block that it has; 0 before the first. */
  readonly earliest: number;
  readonly latest: number;
}

/** A status, or a commit of as many validators as there may be, is far shorter. JSON of the exchange's bound takes seconds and a gigabyte to read. */
const ANSWER_LENGTH_MAX = 256 * 1024;

/** Undefined where no CometBFT runs there, or it answers what is none of its answers. */
export async function keptBlocks(client: Pick<ExchangeClient, 'comet'>): Promise<KeptBlocks | undefined> {
  const result = await asked(client, 'status', {});
  const { earliest_block_height: earliest, latest_block_height: latest } = membersOf(membersOf(result).sync_info);
  return isHeight(earliest) && isHeight(latest) ? { earliest: Number(earliest), latest: Number(latest) } : undefined;
}

/** Time of the newest block that it has, ms UTC. */
export async function newestTime(client: Pick<ExchangeClient, 'comet'>): Promise<number | undefined> {
  const { latest_block_time: time } = membersOf(membersOf(await asked(client, 'status', {})).sync_info);
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Hash of the block at a height, hex. */
export async function blockHash(client: Pick<ExchangeClient, 'comet'>, height: number): Promise<string | undefined> {
  const { commit } = membersOf(membersOf(await asked(client, 'commit', { height: String(height) })).signed_header);
  const { height: of, block_id: id } = membersOf(commit);
  const { hash } = membersOf(id);
  return of === String(height) && typeof hash === 'string' && /^[0-9A-F]{64}$/.test(hash) ? hash : undefined;
}

async function asked(client: Pick<ExchangeClient, 'comet'>, method: CometCall['method'], params: CometCall['params']): Promise<unknown> {
  const answer = await client.comet({ jsonrpc: '2.0', id: 1, method, params });
  return answer === undefined || answer.length > ANSWER_LENGTH_MAX ? undefined : membersOf(JSON.parse(answer)).result;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
}

function isHeight(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]{1,15}$/.test(value);
}
