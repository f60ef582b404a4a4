#!/usr/bin/env bash
# CometBFT for networks of several agencies: prints the path of its program, after building it with Go where it is missing.
# TABULARIUM_COMETBFT names another one to use. Exit 0 found, 1 the build failed, 77 missing and there is no Go to build it with.
set -euo pipefail
cd "$(dirname "$0")/.."

VERSION=v0.39.4
folder="$PWD/node_modules/.cache/tabularium/cometbft-$VERSION"

say() { printf 'setup-cometbft: %s\n' "$1" >&2; }

if [ -n "${TABULARIUM_COMETBFT:-}" ]; then
  [ -x "$TABULARIUM_COMETBFT" ] || { say "TABULARIUM_COMETBFT names $TABULARIUM_COMETBFT, which is no program"; exit 1; }
  printf '%s\n' "$TABULARIUM_COMETBFT"
  exit 0
fi
if [ ! -x "$folder/cometbft" ]; then
  if ! command -v go >/dev/null; then
    say "CometBFT $VERSION is missing, and so is Go. Install Go 1.25 or newer, or set TABULARIUM_COMETBFT, then run this again."
    exit 77
  fi
  say "building CometBFT $VERSION, once; this can take some minutes"
  mkdir -p "$folder"
  GOBIN="$folder" GOFLAGS=-buildvcs=false go install "github.com/cometbft/cometbft/cmd/cometbft@$VERSION" >&2 || { say 'the build failed'; exit 1; }
fi
printf '%s\n' "$folder/cometbft"
