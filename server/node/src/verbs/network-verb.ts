/** `network`: a ledger that several agencies run (ADR 0011, docs/operate/network.md). */
import { NodeFault } from '../node-fault.ts';
import { dataOption } from './settings.ts';
import type { Verb, VerbCall } from './verb.ts';

type Step = (call: VerbCall) => Promise<number | undefined>;

/** Each is read when it is asked for. */
const STEPS: Readonly<Record<string, () => Promise<Step>>> = {
  new: async () => (await import('./network/new-step.ts')).newStep,
  adopt: async () => (await import('./network/adopt-step.ts')).adoptStep,
  join: async () => (await import('./network/join-step.ts')).joinStep,
  rejoin: async () => (await import('./network/rejoin-step.ts')).rejoinStep,
  leave: async () => (await import('./network/leave-step.ts')).leaveStep,
  status: async () => (await import('./network/status-step.ts')).statusStep,
  up: async () => (await import('./network/up-step.ts')).upStep,
};

export const networkVerb: Verb = {
  help: `tabularium network new    --data DIR --agency CODE --peer HOST:PORT --exchange https://HOST:PORT [--url ADDRESS] [--power N]
tabularium network adopt  --data DIR --node FILE [--node ID=FILE …] [--quorum N]
tabularium network join   --data DIR --from https://HOST:PORT --origin ORIGIN [--snapshot]
tabularium network rejoin --data DIR --from https://HOST:PORT [--snapshot]
tabularium network leave  --data DIR --id NODE [--quorum N]
tabularium network status --data DIR
tabularium network up     --data DIR [--nodes 4]

Several agencies run one ledger: each has a node of its own, and what more than two thirds of them came to is recorded.

  new      makes this agency's keys on this machine and writes node.json, which is for the others (CometBFT's address, --peer, and the
           address of the exchange, --exchange, are what the other nodes reach)
  adopt    writes amendment.json: the change of the charter that takes in the nodes of these node.json files, with the weights in them.
           A node ID=FILE takes the place of the node ID, with new keys. Officers sign it as any amendment; the ledger goes on
  join     takes the ledger over from the nodes that run it; then: start. Where this node was in the charter when the term began, by executing
           the log; otherwise by a snapshot, which a quorum of them must stand by, and the log follows in the background
  rejoin   the same for a node that was one of them: the others outvoted it, it was restored from a backup, or CometBFT's blocks are lost. Its
           keys and texts stay, its old ledger is moved into before-rejoin-TIME, and it votes again once its old votes are past
  leave    writes amendment.json without the node NODE. The last one that is left goes on by itself
  status   how this node and the others stand
  up       a network on this machine alone, to try it out: founds the demo town with that many agencies, and runs all of them

  --power N     weight of the node's vote (default 10; 0: it follows without a vote)
  --snapshot    by a snapshot, whatever else would do: quicker, and lists come later
  --quorum N    nodes that must have cosigned (default: more than two thirds of those that vote)

CometBFT's program: TABULARIUM_COMETBFT; otherwise it is built with Go.`,
  options: {
    ...dataOption,
    agency: { type: 'string' },
    peer: { type: 'string' },
    exchange: { type: 'string' },
    url: { type: 'string' },
    power: { type: 'string' },
    node: { type: 'string', multiple: true },
    quorum: { type: 'string' },
    from: { type: 'string' },
    origin: { type: 'string' },
    snapshot: { type: 'boolean' },
    'peer-listen': { type: 'string' },
    'exchange-listen': { type: 'string' },
    id: { type: 'string' },
    nodes: { type: 'string' },
  },
  async run(call) {
    const [name = '', ...positionals] = call.positionals;
    const load = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
    if (load === undefined)
      throw new NodeFault('usage', `network is followed by one of ${Object.keys(STEPS).join(', ')}${name === '' ? '' : `, not ${name}`}`, {
        next: 'network --help',
      });
    const step = await load();
    return step({ ...call, positionals });
  },
};
