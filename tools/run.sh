#!/usr/bin/env bash
# Runs one of the project's own programs on the Node that `npm ci` brought, or says what is missing: tools/run.sh [node's options] FILE [arguments].
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/require-node.sh
if [ ! -d node_modules/@tabularium ]; then
  echo "Tabularium's packages are not installed yet. Fix: run 'npm ci' in $PWD, then try again." >&2
  exit 1
fi
# The C library gives each thread a heap of its own, whose free memory nobody else uses; with four heaps in all a node rests in less.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"
exec node "$@"
