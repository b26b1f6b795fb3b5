#!/bin/sh
# cluster.sh - a throw-away PostgreSQL cluster of one test: unix socket only, data checksums on, gone after stop.
#   cluster.sh start DIR [--no-fsync] [--tcp PORT] [NAME=VALUE...]   makes it when absent, starts it, prints its conninfo
#   cluster.sh stop DIR [--keep]                                     stops it at once and, without --keep, removes DIR
#   cluster.sh kill DIR                                              kill -9 of the postmaster and its children
# As root it runs as the user postgres, since PostgreSQL refuses root. The superuser is called "postgres" in either case.
set -eu
BIN=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
[ -x "$BIN/initdb" ] || { echo "cluster.sh: no PostgreSQL found; install postgresql or set PG_BIN" >&2; exit 69; }
usage() { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 64; }
[ $# -ge 2 ] || usage
command=$1 dir=$2
shift 2
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac

as_owner() {
  if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi
}

settings_file() {
  cat <<CONF
listen_addresses = '${listen:+127.0.0.1}'
port = ${listen:-5432}
unix_socket_directories = '$socket'
fsync = $fsync
synchronous_commit = on
full_page_writes = on
max_connections = 60
shared_buffers = 64MB
max_wal_size = 1GB
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
$settings
CONF
}

start() {
  fsync=on settings="" listen=""
  while [ $# -gt 0 ]; do
    case $1 in
    --no-fsync) fsync=off ;;
    --tcp) listen=$2; shift ;;
    *=*) settings="$settings$(printf '%s = %s\n.' "${1%%=*}" "'${1#*=}'")"; settings=${settings%.} ;;
    *) usage ;;
    esac
    shift
  done
  if [ ! -f "$dir/data/PG_VERSION" ]; then
    mkdir -p "$dir"
    [ "$(id -u)" != 0 ] || chown postgres: "$dir"
    as_owner "$BIN/initdb" -D "$dir/data" -k -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir/initdb.log" 2>&1 ||
      { cat "$dir/initdb.log" >&2; exit 70; }
  fi
  # A unix socket's path may have 107 bytes; a deeper directory gets its socket under /tmp.
  socket=$dir
  [ ${#dir} -le 85 ] || { socket=/tmp/pg.$(printf %s "$dir" | cksum | cut -d' ' -f1); mkdir -p -m 700 "$socket"; [ "$(id -u)" != 0 ] || chown postgres: "$socket"; }
  if ! as_owner "$BIN/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
    settings_file >"$dir/data/postgresql.auto.conf"
    as_owner "$BIN/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start >/dev/null 2>&1 || { tail -20 "$dir/server.log" >&2; exit 70; }
  fi
  echo "host=$socket port=${listen:-5432} user=postgres dbname=postgres"
}

stop() {
  as_owner "$BIN/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
  [ "${1:-}" = --keep ] || rm -rf "$dir" "/tmp/pg.$(printf %s "$dir" | cksum | cut -d' ' -f1)"
}

kill_all() {
  postmaster=$(head -1 "$dir/data/postmaster.pid")
  children=$(ps -o pid= --ppid "$postmaster" || true)
  # shellcheck disable=SC2086 # several pids
  kill -9 "$postmaster" $children 2>/dev/null || true
  while kill -0 "$postmaster" 2>/dev/null; do sleep 0.05; done
}

case $command in
start) start "$@" ;;
stop) stop "$@" ;;
kill) kill_all ;;
*) usage ;;
esac
