/**
 * What the demo lets people try that no office's node has: cheating on a copy, and seeing what a receiver of webhooks is told. Added to the
 * demo's node alone, and told in no description of the API.
 */
import type { HttpApp } from '@tabularium/api';
import { TRICKS } from '../cheats.ts';
import type { DemoPlace } from '../found-demo.ts';
import { entryToHide } from '../play-cheats.ts';
import { shown } from '../shown-path.ts';
import type { Catcher } from './catcher.ts';
import { CheatRoom } from './cheat-room.ts';

const AGAIN_SECONDS = 5;
/** Where a visitor's own receiver may listen: on the machine that the demo runs on, and nowhere else inside. */
export const OWN_RECEIVER = '127.0.0.1:9000';

export function addDoors(app: HttpApp, place: DemoPlace, catcher: Catcher): void {
  app.get('/api/demo/caught', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ url: catcher.url, own: OWN_RECEIVER, data: shown(place.town), caught: catcher.caught }),
  );
  // An address of its own: what anybody may read, pages elsewhere may ask for.
  app.get('/api/demo/to-hide', { schema: { hide: true } }, async () => ({ entry: entryToHide(place) }));
  const room = new CheatRoom(place);
  // Before the node waits for its answers.
  app.addHook('preClose', () => room.close());
  app.post('/api/demo/cheat', { schema: { hide: true } }, async (request, reply) => {
    const { way } = (request.body ?? {}) as { readonly way?: unknown };
    const trick = TRICKS.find(({ code }) => code === way);
    if (trick === undefined) return reply.code(400).send(problem(400, 'cheat-unknown', 'There is no such way to cheat here.'));
    if (room.isBusy) {
      reply.code(429).header('retry-after', String(AGAIN_SECONDS));
      return reply.send(problem(429, 'cheat-busy', 'Somebody is cheating on a copy right now. Try again in a moment.'));
    }
    return reply.header('cache-control', 'no-store').send(await room.play(trick.code));
  });
}

function problem(status: number, code: string, title: string) {
  return { type: `urn:tabularium:problem:${code}`, title, status, code };
}
