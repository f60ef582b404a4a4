/**
 * Four agencies that run one ledger, each a process of its own, and every way between them a link that can be cut: CometBFT's and the
 * exchange's. What one of them says of its own address leads nowhere, or CometBFT would call back past a link that is cut.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHARTER_KEY, type CharterRecord } from '@tabularium/kernel';
import { type AgencyNode, cometProgram, DemoOfficers, foundDemoNetwork, joinNetwork } from '@tabularium/node/network';
import type { JsonObject } from '@tabularium/protocol';
import { openLedgerReader } from '@tabularium/store';
import { Agency } from './agency.ts';
import type { Alarm } from './alarm.ts';
import { HeldPorts } from './held-ports.ts';
import type { Cut } from './link.ts';
import { Links } from './links.ts';

const COUNT = 4;
/** Nobody listens on the discard port. */
const NOWHERE = '127.0.0.1:9';

export class Agencies {
  readonly all: readonly Agency[];
  readonly officers: DemoOfficers;
  readonly origin: string;
  readonly #links: readonly Links[];

  private constructor(all: readonly Agency[], officers: DemoOfficers, origin: string, links: readonly Links[]) {
    this.all = all;
    this.officers = officers;
    this.origin = origin;
    this.#links = links;
  }

  /** Founded, joined and running. */
  static async found(dir: string, alarm: Alarm): Promise<Agencies> {
    const nodes = await foundDemoNetwork(dir, COUNT);
    const entries = nodes.map((node) => JSON.parse(readFileSync(join(node.dir, 'node.json'), 'utf8')) as AgencyNode);
    const { origin, ids } = charterIn(nodes[0]!.dir, entries);
    const exchangePorts = entries.map(({ validator }) => Number(new URL(validator.exchange).port));
    const held = new HeldPorts();
    for (const port of [...exchangePorts, ...nodes.map(({ port }) => port)]) await held.hold(port);
    const peerPorts: number[] = [];
    while (peerPorts.length < COUNT) peerPorts.push(await held.hold());
    const [peers, exchanges] = [await Links.open(peerPorts), await Links.open(exchangePorts)];
    await held.release();
    const program = behindLinks(dir, cometProgram());
    const all = nodes.map((node, n) => {
      const others = [...entries.keys()].filter((m) => m !== n);
      const environment = {
        TABULARIUM_COMETBFT: program,
        TABULARIUM_PEER_LISTEN: `127.0.0.1:${peerPorts[n]}`,
        TABULARIUM_PEERS: others.map((m) => `${entries[m]!.validator.peer.split('@')[0]}@127.0.0.1:${peers.link(n, m).port}`).join(','),
        TABULARIUM_EXCHANGES: others.map((m) => `${ids[m]}=https://127.0.0.1:${exchanges.link(n, m).port}`).join(','),
      };
      return new Agency({ node, entry: entries[n]!, id: ids[n]!, environment, alarm });
    });
    const [first, ...others] = all as [Agency, ...Agency[]];
    const agencies = new Agencies(all, DemoOfficers.load(join(first.dir, 'officers')), origin, [peers, exchanges]);
    try {
      await first.start();
      for (const other of others) await joinNetwork({ dir: other.dir, from: first.entry.validator.exchange, origin });
      await Promise.all(others.map((other) => other.start()));
    } catch (error) {
      await agencies.close();
      throw error;
    }
    return agencies;
  }

  get running(): readonly Agency[] {
    return this.all.filter(({ runs }) => runs);
  }

  others(of: Agency): readonly Agency[] {
    return this.all.filter((agency) => agency !== of);
  }

  sign(post: string, action: string, body: JsonObject): Uint8Array {
    return this.officers.sign(post, { ledger: this.origin, action, body });
  }

  /** These are cut off from all others, both ways; among each other they go on. */
  cut(agencies: readonly Agency[], kind: Cut): void {
    const places = agencies.map((agency) => this.all.indexOf(agency));
    for (const links of this.#links) links.isolate(places, kind);
  }

  heal(): void {
    for (const links of this.#links) links.heal();
  }

  async close(): Promise<void> {
    this.heal();
    await Promise.all(this.all.map((agency) => agency.stop()));
    await Promise.all(this.#links.map((links) => links.close()));
  }
}

/** The ids that the charter in force gives to these nodes. */
function charterIn(dir: string, entries: readonly AgencyNode[]): { readonly origin: string; readonly ids: readonly string[] } {
  const reader = openLedgerReader(join(dir, 'ledger.db'));
  const { origin, nodes } = JSON.parse(reader.get(CHARTER_KEY)!) as CharterRecord;
  reader.close();
  const ids = entries.map(({ log }) => Object.entries(nodes).find(([, node]) => node.log === log)![0]);
  return { origin, ids };
}

/** A program that is CometBFT's, but tells others to call where nobody is. */
export function behindLinks(dir: string, program: string, name = 'cometbft-behind-links'): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = start ] || exec '${program}' "$@"\nexec '${program}' "$@" --p2p.external-address ${NOWHERE}\n`);
  chmodSync(path, 0o755);
  return path;
}
