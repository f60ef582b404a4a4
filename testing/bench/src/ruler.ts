/**
 * The ruler of a run: what this machine does at this moment with one core and one disk. Machines are noisy and shared, so every figure
 * is given as a ratio to these two, measured in the same run.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateEd25519, generateEs256, nodeCrypto, signEd25519, signEs256 } from '@tabularium/crypto';
import { jwkToPoint } from '@tabularium/protocol';

/** Ed25519 verifications per CPU-second of one core. */
export function ed25519Rate(): number {
  const { privateKey, publicKey } = generateEd25519();
  const message = Buffer.alloc(120, 0x61);
  const signature = signEd25519(privateKey)(message);
  return perCpuSecond(() => nodeCrypto.verifyEd25519(publicKey, message, signature));
}

/** ES256 verifications with a known key per CPU-second of one core: R. The best of five short rounds. */
export function verifyRate(): number {
  const { privateKey, jwk } = generateEs256();
  const point = jwkToPoint(jwk)!;
  const message = Buffer.alloc(700, 0x61);
  const signature = signEs256(privateKey)(message);
  return perCpuSecond(() => nodeCrypto.verifyEs256(point, message, signature));
}

function perCpuSecond(verify: () => boolean): number {
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const start = process.cpuUsage();
    let count = 0;
    for (; count < 4_000; count++) if (!verify()) throw new Error('a good signature was refused');
    const { user, system } = process.cpuUsage(start);
    best = Math.max(best, (count * 1e6) / (user + system));
  }
  return best;
}

/** Median time of a 4 KiB append with fdatasync in a folder, in microseconds. */
export function fsyncMicroseconds(dir: string = tmpdir()): number {
  const path = join(dir, `fsync-${process.pid}`);
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4_096, 1);
  const times: number[] = [];
  try {
    for (let i = 0; i < 200; i++) {
      const start = process.hrtime.bigint();
      writeSync(file, block);
      fdatasyncSync(file);
      times.push(Number(process.hrtime.bigint() - start) / 1e3);
    }
  } finally {
    closeSync(file);
    rmSync(path);
  }
  return times.sort((a, b) => a - b)[100]!;
}
