#!/usr/bin/env bash
# Builds the portal where it was not built yet, or something that goes into it has changed since.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/require-node.sh
built=clients/portal/dist/manifest.json
parts=(clients/portal/src clients/portal/theme clients/portal/vite-build.ts clients/sdk/src core/protocol/src core/log/src core/verify/src package-lock.json)
if [ -f "$built" ] && [ -z "$(find "${parts[@]}" -newer "$built" -print -quit)" ]; then exit 0; fi
if [ ! -x node_modules/.bin/vite ]; then
  echo "Tabularium's packages are not installed yet. Fix: run 'npm ci' in $PWD, then try again." >&2
  exit 1
fi
cd clients/portal
vite build --config vite-build.ts --logLevel warn
