/** Tiles of the record's tree, from the node that this page came from (C2SP tlog-tiles). */
import { ApiProblem } from '../data/api.ts';

export async function fetchTile(path: string): Promise<Uint8Array> {
  const response = await fetch(`/log/${path}`);
  if (!response.ok) throw new ApiProblem({ status: response.status, code: 'unexpected', title: response.statusText });
  return new Uint8Array(await response.arrayBuffer());
}
