/** The thread that draws certificates, one after the other. */
import { parentPort } from 'node:worker_threads';
import { nodeCrypto } from '@tabularium/crypto';
import { certificateOf } from './certificate.ts';
import type { Answer, CertificateParts } from './certificate-maker.ts';

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (parts: CertificateParts) => {
  last = last.then(async () => {
    const answer: Answer = await certificateOf(parts, nodeCrypto).then(
      (certificate) => ({ certificate }),
      // What failed is the writer's, and may quote what is drawn.
      (error: Error) => ({ failed: `a certificate was not drawn: ${error.name}` }),
    );
    parentPort?.postMessage(answer);
  });
});
