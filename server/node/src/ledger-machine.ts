/** The machine as this house ships it: every module of the catalogue. One place, so that node, audit and founding never differ. */
import { bindings, catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { Machine } from '@tabularium/kernel';

export function ledgerMachine(): Machine {
  return new Machine({ catalogue, bindings, crypto: nodeCrypto });
}
