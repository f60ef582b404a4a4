#!/usr/bin/env bash
# A private PostgreSQL for tests: installed by apt where it is missing, run as a cluster of its own on 127.0.0.1.
#
#   tools/setup-postgres.sh start      make a cluster in a new temporary directory; prints its URL, then the directory
#   tools/setup-postgres.sh stop DIR   stop that cluster by its process id and remove the directory
#
# The server listens on 127.0.0.1 only, on a port that was free, with a password that only DIR holds, and without
# fsync: its data is worth nothing. Exit 0 done, 1 failed, 64 wrong usage, 77 PostgreSQL is missing and only root may install it.
set -euo pipefail

say() { printf 'setup-postgres: %s\n' "$1" >&2; }
usage() { say 'usage: setup-postgres.sh start | stop DIR'; exit 64; }
[ $# -ge 1 ] || usage
verb=$1
dir=${2:-}

find_bin() { # newest server version that is 15 or later
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -n | tail -n 1 || true)
  [ -n "$found" ] && [ -x "$found/initdb" ] && [ "$(basename "$(dirname "$found")")" -ge 15 ] && printf '%s' "$found"
}

install_postgres() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "PostgreSQL 15 or newer is missing. Install it (as root: apt-get install postgresql), then run this again."
    exit 77
  fi
  say 'installing PostgreSQL by apt'
  # Debian's package would start a cluster of its own on the usual port; this machine needs none.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >&2
}

# initdb and the server refuse to run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  find_bin >/dev/null || install_postgres
  local bin port password data
  bin=$(find_bin) || { say 'PostgreSQL was installed but its server was not found'; exit 1; }
  # Owned by whoever runs the server; nobody else can look inside.
  dir=$(as_postgres mktemp -d "${TMPDIR:-/tmp}/tabularium-postgres-XXXXXX")
  data=$dir/data
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s' "$password" | as_postgres sh -c 'umask 077 && cat >"$1"' sh "$dir/password"
  as_postgres "$bin/initdb" -D "$data" -U postgres -A scram-sha-256 --pwfile="$dir/password" --locale=C.UTF-8 -E UTF8 -N >"$dir/initdb.log" 2>&1 \
    || { say "initdb failed: $(tail -n 3 "$dir/initdb.log")"; exit 1; }
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 20000))
    port_is_free "$port" || continue
    # Sockets stay inside DIR; the address is loopback only.
    if as_postgres "$bin/pg_ctl" -D "$data" -l "$dir/server.log" -w -t 30 \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$dir' -c fsync=off -c max_connections=40" start >/dev/null; then
      break
    fi
    port=
  done
  [ -n "${port:-}" ] || { say "the server did not start, see $dir/server.log"; exit 1; }
  # Is the server behind the port ours? Another one could have taken it in between.
  local answered
  answered=$(PGPASSWORD=$password as_postgres "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -Atc 'SHOW data_directory' 2>/dev/null || true)
  if [ "$answered" != "$data" ]; then
    as_postgres "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null || true
    say "port $port is answered by another server"
    exit 1
  fi
  printf 'postgres://postgres:%s@127.0.0.1:%s/postgres\n%s\n' "$password" "$port" "$dir"
}

stop() {
  local pid
  pid=$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null || true)
  if [ -n "$pid" ] && [ -d "/proc/$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$dir/data"; then
    kill -INT "$pid" # fast shutdown
    for _ in $(seq 1 100); do [ -d "/proc/$pid" ] || break; sleep 0.1; done
    [ ! -d "/proc/$pid" ] || { say "process $pid did not end"; exit 1; }
  fi
  if [ -f "$dir/password" ]; then rm -rf -- "$dir"; fi
}

case $verb:$# in
  start:1) start ;;
  stop:2) [ -d "$dir" ] || exit 0; stop ;;
  *) usage ;;
esac
