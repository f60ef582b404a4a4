#!/usr/bin/env bash
# npm run crash -- [--kills N] [--seed S]: kill a node under load, again and again, and look for what it acknowledged.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/require-node.sh

kills=200
while [ "$#" -gt 0 ]; do
  case $1 in
    --kills) kills="${2:?--kills needs a number}"; shift 2 ;;
    --seed) export TABULARIUM_CRASH_SEED="${2:?--seed needs a number}"; shift 2 ;;
    *) echo 'usage: npm run crash -- [--kills N] [--seed S]' >&2; exit 2 ;;
  esac
done
TABULARIUM_CRASH_KILLS="$kills" exec node --test server/node/src/crash.test.ts
