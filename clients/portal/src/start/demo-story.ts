/** What the guided pages lead to, in this demo's own ledger: ids and amounts as the node tells them, none of them known here. */
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/api.ts';

/** `GET /api/demo/story`. */
export interface DemoStory {
  /** The long story's budget line, `2025.GEN.6-321-01`, and the newest payment from it. */
  readonly roof: { readonly line: string; readonly payment: string; readonly entry: number };
  /** A payment for a street: what it was for, in words that the search finds, and the entry that ordered it with its name. */
  readonly street: { readonly words: string; readonly payment: string; readonly entry: number; readonly name: string };
  /** One euro more than what is left of a line; who would commit it. `amount`: minor units. */
  readonly over: {
    readonly officer: string;
    readonly year: string;
    readonly fund: string;
    readonly line: string;
    readonly amount: string;
    readonly currency: string;
  };
  /** The newest euro that was allotted, as the integrator's program does; the roof's payment where nobody did lately. */
  readonly allotted: number;
}

export const demoStory = queryOptions({
  queryKey: ['ledger', 'demo-story'],
  queryFn: () => getJson<DemoStory>('/api/demo/story'),
});
