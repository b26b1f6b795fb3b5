#!/bin/sh
# run.sh - the benchmarks (make bench): a real client over TCP with CURVE against real daemons with fsync on, and in the same run on the
# same cluster pgbench, COPY and plain libpq doing the same work. Prints "name TAB value TAB unit TAB ratio" and writes the same to
# var/bench/latest.tsv. Ends with 1 when a bound of the issue is missed. SECONDS_EACH=3 ROUNDS=2 SCALES="1 10" are the settings; names of benchmarks
# as arguments choose some.
set -eu
cd "$(dirname "$0")/../.."
exec /usr/bin/python3 -m tests.bench.house "$@"
