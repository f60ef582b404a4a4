#!/usr/bin/env bash
# Chromium for browser tests: prints the path of its program, after installing it by apt where it is missing.
# TABULARIUM_CHROMIUM names another Chromium to use. Exit 0 found, 1 the install failed, 77 missing and only root may install it.
set -euo pipefail

say() { printf 'setup-chromium: %s\n' "$1" >&2; }

find_chromium() {
  local candidate
  for candidate in "${TABULARIUM_CHROMIUM:-}" "$(command -v chromium || true)" /usr/bin/chromium; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then printf '%s\n' "$candidate"; return 0; fi
  done
  return 1
}

find_chromium && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  say 'Chromium is missing. Install it (as root: apt-get install chromium), or set TABULARIUM_CHROMIUM, then run this again.'
  exit 77
fi
say 'installing Chromium by apt'
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >&2
find_chromium || { say 'Chromium was installed but its program was not found'; exit 1; }
