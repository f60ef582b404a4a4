# Sourced by the shell scripts beside it: puts the Node that `npm ci` installed first in PATH and stops, naming the fix,
# where it is too old. An older Node would run no TypeScript and report "tests 0" with exit code 0, so this comes first.
# shellcheck shell=bash
export PATH="$PWD/node_modules/.bin:$PATH"
# TypeScript is stripped once and kept; starting again costs a third (Node, module.enableCompileCache).
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/node-compile}"
node_major="$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)"
if [ "$node_major" -lt 24 ]; then
  echo "Tabularium needs Node 24 or newer; 'node' here is $(node --version 2>/dev/null || echo missing)." >&2
  echo "Fix: run 'npm ci' in $PWD (it brings Node 24 for Linux x64 and arm64), or install Node 24 from your system, then try again." >&2
  exit 1
fi
# Compiled once and kept for the next process: programs and threads open in half the time.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/node-compile}"
