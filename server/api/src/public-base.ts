/** Where people find these pages, for what is carried away from them: a code to scan, the addresses in a catalogue. */
import type { FastifyRequest } from 'fastify';
import { fail } from './problem.ts';

/** As the office says it, otherwise as the request does. A name that is none of a host becomes none. Refused with `request-malformed`. */
export function baseOf({ protocol, host }: FastifyRequest, publicUrl: URL | undefined): string {
  if (publicUrl !== undefined) return publicUrl.origin;
  if (!/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host)) fail('request-malformed', 'host');
  return `${protocol}://${host}`;
}
