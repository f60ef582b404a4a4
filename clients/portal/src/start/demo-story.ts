/** What the guided pages lead to, in this demo's own ledger: ids and amounts as the node tells them, none of them known here. */
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/api.ts';

/** `GET /api/demo/story`. */
export interface DemoStory {
  /** The long story's budget line, `2025.GEN.6-321-01`, and the newest payment from it. */
  readonly roof: { readonly line: string; readonly payment: string; readonly entry: number };
}

export const demoStory = queryOptions({
  queryKey: ['ledger', 'demo-story'],
  queryFn: () => getJson<DemoStory>('/api/demo/story'),
});
