/**
 * Which judges can be had on this machine, built from public registries into `.judges/`: Tessera's `fsck` as it is,
 * and two small programs of ours on public libraries. What is missing is named, never passed over in silence.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FSCK_MODULE = 'github.com/transparency-dev/tessera/cmd/fsck@v1.0.4';
const HERE = import.meta.dirname;
const BUILT = join(HERE, '..', '..', '.judges');

export interface Judges {
  /** Path of Tessera's fsck. */
  readonly fsck?: string;
  /** Path of the Go program for receipts, checkpoints and Merkle proofs. */
  readonly go?: string;
  /** Path of the Rust program for ICS-23 proofs. */
  readonly rust?: string;
  /** Class path of the program on veraPDF's library. */
  readonly verapdf?: string;
  /** Whether qpdf is there, and poppler and zbar. */
  readonly qpdf?: boolean;
  readonly zbar?: boolean;
  /** What could not be had, and why. */
  readonly leftOut: readonly string[];
}

/** The last line that a build complained with, or undefined where it went well. */
function failure(command: string, args: readonly string[], cwd: string, environment: Readonly<Record<string, string>>): string | undefined {
  const { status, error, stderr } = spawnSync(command, args, { cwd, env: { ...process.env, ...environment }, encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `exit code ${status}`);
}

function isInstalled(command: string, argument: string): boolean {
  return spawnSync(command, [argument]).status === 0;
}

/** Builds what can be built; a second run finds it built. */
export function installJudges(): Judges {
  mkdirSync(BUILT, { recursive: true });
  const leftOut: string[] = [];
  const found: { fsck?: string; go?: string; rust?: string; verapdf?: string; qpdf?: boolean; zbar?: boolean } = {};
  if (isInstalled('go', 'version')) {
    const ofFsck = failure('go', ['install', FSCK_MODULE], BUILT, { GOBIN: BUILT, GOFLAGS: '-mod=mod' });
    if (ofFsck === undefined) found.fsck = join(BUILT, 'fsck');
    else leftOut.push(`Tessera fsck: go install failed (${ofFsck})`);
    const ofGo = failure('go', ['build', '-o', join(BUILT, 'judge-go'), '.'], join(HERE, 'go'), { GOFLAGS: '-mod=readonly' });
    if (ofGo === undefined) found.go = join(BUILT, 'judge-go');
    else leftOut.push(`Go libraries for receipts and proofs: go build failed (${ofGo})`);
  } else {
    leftOut.push('Tessera fsck and the Go libraries for receipts and proofs: Go is not installed');
  }
  if (isInstalled('cargo', '--version')) {
    const target = join(BUILT, 'rust');
    const ofRust = failure('cargo', ['build', '--release', '--quiet', '--target-dir', target], join(HERE, 'rust'), {});
    if (ofRust === undefined) found.rust = join(target, 'release', 'tabularium-judge');
    else leftOut.push(`crate ics23 for state proofs: cargo build failed (${ofRust})`);
  } else {
    leftOut.push('crate ics23 for state proofs: Rust (cargo) is not installed');
  }
  if (isInstalled('mvn', '--version')) {
    const list = join(BUILT, 'java', 'class-path.txt');
    const goals = ['-q', '-f', join(HERE, 'java', 'pom.xml'), 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${list}`];
    const ofJava = failure('mvn', goals, BUILT, {});
    if (ofJava === undefined) found.verapdf = `${join(BUILT, 'java', 'classes')}:${readFileSync(list, 'utf8').trim()}`;
    else leftOut.push(`veraPDF for certificates: mvn compile failed (${ofJava})`);
  } else {
    leftOut.push('veraPDF for certificates: Java with Maven is not installed');
  }
  found.qpdf = isInstalled('qpdf', '--version');
  if (!found.qpdf) leftOut.push('qpdf for certificates: not installed');
  found.zbar = isInstalled('zbarimg', '--version') && isInstalled('pdftoppm', '-v');
  if (!found.zbar) leftOut.push('poppler (pdftoppm) and zbar (zbarimg) for codes on certificates: not installed');
  return { ...found, leftOut };
}
