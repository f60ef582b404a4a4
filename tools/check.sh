#!/usr/bin/env bash
# npm run check: types, the pure rooms' types (no Node, no DOM), lint and format, dead code, architecture and style.
# Every step runs even when an earlier one failed, so that one run names everything; the exit code is 1 if any failed.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/require-node.sh

failed=()
step() {
  local title="$1"
  shift
  echo "── $title"
  "$@" || failed+=("$title")
}

step 'types' tsc -p tsconfig.json
step 'types of the pure rooms' tsc -p tsconfig.pure.json
step 'types of the portal' tsc -p clients/portal
step 'lint and format' biome check --error-on-warnings
step 'dead code' knip --no-progress --no-config-hints
step 'architecture and style' node --test 'tools/*.test.ts'

if [ "${#failed[@]}" -gt 0 ]; then
  printf 'check failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo 'check: clean'
