/** One click: be the officer whom a step needs, see to what it needs, and go there. */
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { postJson } from '../data/api.ts';
import { openProposals } from '../desk/open-proposals.ts';
import { me } from '../keys/me.ts';
import { demoStory } from './demo-story.ts';
import type { DoorName, Step } from './door.ts';
import { becomeOfficer } from './invented.ts';
import { markDone, take } from './progress.ts';

export function useStep(): { readonly hrefOf: (step: Step) => string; readonly go: (door: DoorName, step: Step) => Promise<void> } {
  const { data: told } = useSuspenseQuery(demoStory);
  const queries = useQueryClient();
  const router = useRouter();
  return {
    hrefOf: ({ to }) => to(told),
    go: async (door, { id, to, as, prepare, deed }) => {
      // The step goes on where it cannot be prepared: the page that it leads to says how things stand.
      if (prepare !== undefined) {
        await postJson('/api/demo/prepare', { what: prepare }).catch(() => undefined);
        // What this browser knew to wait before is not what waits now.
        queries.removeQueries({ queryKey: openProposals.queryKey });
      }
      // What the visitor did a moment ago is part of it.
      const story = await queries.fetchQuery({ ...demoStory, staleTime: 0 }).catch(() => told);
      if (as !== undefined) {
        await becomeOfficer(queries, as(story));
        await queries.invalidateQueries({ queryKey: me.queryKey });
      }
      take(door, id);
      if (deed === undefined) markDone(door, id);
      router.history.push(to(story));
    },
  };
}
