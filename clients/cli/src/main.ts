/** The process: the only place of the command line that touches argv, environment and the standard streams by itself. */
import { readFileSync } from 'node:fs';
import { run } from './program.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

// A reader that goes away (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), { out: process.stdout, err: process.stderr, env: process.env, version });
