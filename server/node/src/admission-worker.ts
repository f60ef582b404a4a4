/**
 * An admission thread: what costs most of a write, the signature check, happens here beside the thread that decides and commits
 * (DESIGN §5). Knows the catalogue and the table of keys it is sent, nothing of the ledger.
 */
import { parentPort } from 'node:worker_threads';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { restWhenQuiet } from '@tabularium/store/rest';
import { type AdmissionFault, type FromAdmission, NO_NAME, type ToAdmission } from './admission-messages.ts';
import { Admitter } from './admit-one.ts';

const port = parentPort;
if (port === null) throw new Error('admission-worker runs as a worker thread');
const admitter = new Admitter(catalogue, nodeCrypto);
const stir = restWhenQuiet(() => {});

port.on('message', (message: ToAdmission) => {
  stir();
  if (message.kind === 'keys') {
    admitter.learn(message.keys);
    return;
  }
  const { ticket, bytes, ends } = message;
  const faults: AdmissionFault[] = [];
  let names = '';
  let from = 0;
  ends.forEach((to, at) => {
    const admitted = admitter.admit(bytes.subarray(from, to));
    from = to;
    if (admitted.kind === 'admitted') names += admitted.transaction.name;
    else if (admitted.kind === 'refused') {
      names += admitted.name;
      faults.push({ at, refused: admitted.code });
    } else {
      names += NO_NAME;
      faults.push({ at, code: admitted.code, detail: admitted.detail });
    }
  });
  const answer: FromAdmission = { ticket, names, faults };
  port.postMessage(answer);
});
