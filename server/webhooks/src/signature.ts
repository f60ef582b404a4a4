/**
 * Signatures of Standard Webhooks (specification 1.0.0, "Signature scheme", symmetric): HMAC-SHA256 over `<id>.<timestamp>.<body>`, in base64
 * after `v1,`; one for each secret in force, so that a receiver may change to the new one in its own time.
 */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** `whsec_` and base64 of 32 random bytes. */
export function newSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

export interface Message {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/** The three headers. `secrets`: at least one, the newest first. */
export function signedHeaders({ id, timestampSeconds, body }: Message, secrets: readonly string[]): Record<string, string> {
  if (secrets.length === 0) throw new Error('a message without a secret would be unsigned');
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestampSeconds), 'webhook-signature': signatures.join(' ') };
}
