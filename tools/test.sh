#!/usr/bin/env bash
# npm test: everything in one run of node:test, so that its own summary is the last word. What a fresh Debian machine
# lacks (PostgreSQL, Chromium, CometBFT, an S3 server) is installed first, once, by the set-up scripts beside this one; the tests
# that need them start and stop their own. Arguments replace the files to run: `npm test -- core/log/src/log-tree.test.ts`.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/require-node.sh

# Nothing of the person who runs this may leak in: no database, no data directory, no port.
unset DATABASE_URL TABULARIUM_DATA TABULARIUM_PORT

cluster=
stop_cluster() { if [ -n "$cluster" ]; then tools/setup-postgres.sh stop "$cluster"; fi; }
trap stop_cluster EXIT

if [ "$#" -eq 0 ]; then
  # A start that works shows more than an installed package: broken set-ups are named here, not in the midst of tests.
  cluster="$(tools/setup-postgres.sh start | tail -n 1)"
  stop_cluster
  cluster=
  tools/setup-chromium.sh >/dev/null
  # Without Go there are none, and their tests say so.
  tools/setup-cometbft.sh >/dev/null || [ $? -eq 77 ]
  tools/setup-s3.sh >/dev/null || [ $? -eq 77 ]
  set -- '{core,modules,engines,server,clients,testing}/*/src/**/*.test.ts' 'tools/**/*.test.ts'
fi
# No test takes a minute of this; one that never ends is a failure with a name, not a silence.
node --test --test-concurrency=2 --test-timeout=1200000 "$@"
