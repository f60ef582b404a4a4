/** Core's `Crypto` argument as Node gives it fastest. */
import type { Crypto } from '@tabularium/protocol';
import { sha256, utf8 } from './digest.ts';
import { verifyEd25519 } from './ed25519.ts';
import { verifyEs256 } from './es256.ts';

export const nodeCrypto: Crypto = { sha256, verifyEs256, verifyEd25519, utf8 };
