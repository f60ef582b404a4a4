/** The links of a network whose nodes all run on this machine: one from each to each other, so that every way can be cut by itself. */
import { type Cut, Link } from './link.ts';

const MAX_NODES = 16;

export class Links {
  /** By node that calls, then by node that is called. */
  readonly #links: readonly (readonly (Link | undefined)[])[];

  private constructor(links: readonly (readonly (Link | undefined)[])[]) {
    this.#links = links;
  }

  /** `ports`: where each node listens. */
  static async open(ports: readonly number[]): Promise<Links> {
    if (ports.length < 2 || ports.length > MAX_NODES) throw new RangeError(`links between ${ports.length} nodes`);
    const links = ports.map((_, from) => Promise.all(ports.map((port, to) => (from === to ? undefined : Link.open(port)))));
    return new Links(await Promise.all(links));
  }

  /** The way by which `from` calls `to`. Throws RangeError where there is none. */
  link(from: number, to: number): Link {
    const link = this.#links[from]?.[to];
    if (link === undefined) throw new RangeError(`no link from node ${from} to node ${to}`);
    return link;
  }

  /** Cut these nodes off from all others, both ways; among each other they go on. */
  isolate(nodes: readonly number[], kind: Cut): void {
    for (const [from, row] of this.#links.entries()) {
      for (const [to, link] of row.entries()) if (nodes.includes(from) !== nodes.includes(to)) link?.cut(kind);
    }
  }

  heal(): void {
    for (const link of this.#all()) link.heal();
  }

  /** On every link. */
  delay(ms: number): void {
    for (const link of this.#all()) link.delay(ms);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map((link) => link.close()));
  }

  #all(): Link[] {
    return this.#links.flat().filter((link) => link !== undefined);
  }
}
