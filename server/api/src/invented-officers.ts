/**
 * Invented officers and their keys, for whoever tries a demo out: each page can be any of them. Only a demo gives them; a real office's
 * officers make their keys on their own devices, and no server has them.
 */
import type { PublicJwk } from '@tabularium/protocol';
import type { FastifyInstance } from 'fastify';

export interface InventedOfficer {
  /** Code, `mayor-1`. */
  readonly officer: string;
  /** `role@office`. */
  readonly roles: readonly string[];
  /** The private key (RFC 7517). */
  readonly jwk: PublicJwk & { readonly d: string };
}

export function addInventedOfficers(app: FastifyInstance, officers: readonly InventedOfficer[]): void {
  app.get('/api/demo/officers', async (_request, reply) => reply.header('cache-control', 'no-store').send({ officers }));
}
