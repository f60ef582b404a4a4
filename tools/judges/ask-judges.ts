/** How the judges are asked: fsck by its log, the two programs by JSON on stdin and stdout. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Verdict {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** What our Go program takes; see `go/main.go`. */
export interface GoCase {
  readonly name: string;
  readonly kind: 'receipt' | 'leaf' | 'checkpoint' | 'inclusion' | 'consistency';
  readonly [member: string]: unknown;
}

/** What our Rust program takes; see `rust/src/main.rs`. */
export interface RustCase {
  readonly name: string;
  /** State root, hex. */
  readonly root: string;
  readonly key: string;
  readonly value: string | null;
  /** base64 of an ICS-23 CommitmentProof. */
  readonly proof: string;
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** One verdict for each case, in order. Throws where the program itself fails. */
export function askProgram(program: string, cases: readonly (GoCase | RustCase)[]): readonly Verdict[] {
  const { status, error, stdout, stderr } = spawnSync(program, {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  const verdicts: Verdict[] = JSON.parse(stdout);
  if (verdicts.length !== cases.length) throw new Error(`${program} answered ${verdicts.length} of ${cases.length} cases`);
  return verdicts;
}

/**
 * Runs Tessera's fsck over a log. It exits with 0 whatever it found, and on some damage never exits, so its log is
 * read: one sentence says that all is well, a few words that something is not.
 */
export async function askFsck(fsck: string, logUrl: string, vkey: string, timeoutSeconds: number): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'tabularium-fsck-'));
  try {
    const keyFile = join(folder, 'vkey');
    writeFileSync(keyFile, vkey.trim());
    return await watchFsck(
      fsck,
      [`--storage_url=${logUrl}`, `--public_key=${keyFile}`, '--ui=false', '--logtostderr', '-v=1'],
      timeoutSeconds,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function watchFsck(fsck: string, args: readonly string[], timeoutSeconds: number): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const child = spawn(fsck, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    let settled = false;
    const settle = (verdict: Verdict): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(verdict);
    };
    const timer = setTimeout(
      () => settle({ name: 'fsck', ok: false, detail: `no verdict within ${timeoutSeconds} s` }),
      timeoutSeconds * 1000,
    );
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const good = /Successfully fsck'd (log with size \d+)/.exec(log);
      const bad = /^.*(?:fsck failed.*|\S+\):(?:Invalid|FetchError).*)$/m.exec(log);
      if (good !== null) settle({ name: 'fsck', ok: true, detail: good[1]! });
      else if (bad !== null) settle({ name: 'fsck', ok: false, detail: bad[0].trim() });
    });
    child.on('error', reject);
    child.on('close', () => settle({ name: 'fsck', ok: false, detail: log.trim().split('\n').at(-1) ?? 'no word' }));
  });
}
