#!/usr/bin/env bash
# A real S3 server for tests: prints the path of Versity's S3 gateway, which keeps a bucket as a folder, after building it with Go where it is missing.
# TABULARIUM_S3_SERVER names another build of it to use. Exit 0 found, 1 the build failed, 77 missing and there is no Go to build it with.
set -euo pipefail
cd "$(dirname "$0")/.."

VERSION=v1.8.0
folder="$PWD/node_modules/.cache/tabularium/versitygw-$VERSION"

say() { printf 'setup-s3: %s\n' "$1" >&2; }

if [ -n "${TABULARIUM_S3_SERVER:-}" ]; then
  [ -x "$TABULARIUM_S3_SERVER" ] || { say "TABULARIUM_S3_SERVER names $TABULARIUM_S3_SERVER, which is no program"; exit 1; }
  printf '%s\n' "$TABULARIUM_S3_SERVER"
  exit 0
fi
if [ ! -x "$folder/versitygw" ]; then
  if ! command -v go >/dev/null; then
    say "Versity's S3 gateway $VERSION is missing, and so is Go. Install Go 1.25 or newer, or set TABULARIUM_S3_SERVER, then run this again."
    exit 77
  fi
  say "building Versity's S3 gateway $VERSION, once; this can take some minutes"
  mkdir -p "$folder"
  GOBIN="$folder" GOFLAGS=-buildvcs=false go install "github.com/versity/versitygw/cmd/versitygw@$VERSION" >&2 || { say 'the build failed'; exit 1; }
fi
printf '%s\n' "$folder/versitygw"
