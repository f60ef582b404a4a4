/** One click: be the officer whom a step needs, see to what it needs, and go there. */
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { postJson } from '../data/api.ts';
import { me } from '../keys/me.ts';
import { demoStory } from './demo-story.ts';
import type { DoorName, Step } from './door.ts';
import { becomeOfficer } from './invented.ts';
import { take } from './progress.ts';

export function useStep(): { readonly hrefOf: (step: Step) => string; readonly go: (door: DoorName, step: Step) => Promise<void> } {
  const { data: story } = useSuspenseQuery(demoStory);
  const queries = useQueryClient();
  const router = useRouter();
  return {
    hrefOf: ({ to }) => to(story),
    go: async (door, { id, to, as, prepare }) => {
      // The step goes on where it cannot be prepared: the page that it leads to says how things stand.
      if (prepare !== undefined) await postJson('/api/demo/prepare', { what: prepare }).catch(() => undefined);
      take(door, id);
      if (as !== undefined) {
        await becomeOfficer(queries, as(story));
        await queries.invalidateQueries({ queryKey: me.queryKey });
      }
      router.history.push(to(story));
    },
  };
}
