#!/usr/bin/env bash
# npm test: everything in one run of node:test, so that its own summary is the last word. What a fresh Debian machine
# lacks is installed first by the set-up scripts; a database this run started is stopped at the end, whatever happened.
# Arguments replace the files to run: `npm test -- core/log/src/log-tree.test.ts`.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/require-node.sh

if [ "$#" -eq 0 ]; then
  set -- '{core,modules,engines,server,clients,testing}/*/src/**/*.test.ts' 'tools/*.test.ts'
fi
node --test --test-concurrency=2 "$@"
