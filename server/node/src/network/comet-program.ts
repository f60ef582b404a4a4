/** CometBFT's program: the one the operator names, or the one that the project's own script builds. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NodeFault } from '../node-fault.ts';

const SETUP = new URL('../../../../tools/setup-cometbft.sh', import.meta.url);

/** The script's exit code. */
const NO_GO = 77;

/** Its path. Throws `NodeFault` `cometbft-missing`. */
export function cometProgram(named: string | undefined = process.env.TABULARIUM_COMETBFT): string {
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw missing(`TABULARIUM_COMETBFT names ${named}, which is not there`);
  }
  // What it says it says to whoever waits: building takes minutes the first time.
  const { status, stdout } = spawnSync(fileURLToPath(SETUP), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status === 0) return stdout.trim();
  throw missing(status === NO_GO ? 'CometBFT is not there, and there is no Go to build it with' : 'CometBFT could not be built');
}

/** Why there is none on this machine; undefined where there is. */
export function whyNoComet(): string | undefined {
  try {
    cometProgram();
    return undefined;
  } catch (error) {
    if (error instanceof NodeFault && error.code === 'cometbft-missing') return error.message;
    throw error;
  }
}

function missing(message: string): NodeFault {
  return new NodeFault('cometbft-missing', message, { next: 'install Go 1.25 or newer, or CometBFT v0.39, and set TABULARIUM_COMETBFT' });
}
