#!/bin/sh
# layers.sh - what may include what (DESIGN 13). A row: folder | own headers it may include (prefixes) | foreign headers it may include.
# Headers of libc (no slash, or sys/ arpa/ netinet/) are open to all. Prints every wrong include; exit 1 when there is one.
set -eu
cd "$(dirname "$0")/../.."
rules='
common/base       | common/base/                                                                  |
common/pb         | common/base/ common/pb/                                                       | protobuf-c/ jansson.h
common/crypto     | common/base/ common/crypto/                                                   | openssl/
common/db         | common/base/ common/pb/ common/db/ common/crypto/hash.h                        | libpq-fe.h protobuf-c/ jansson.h
common/bus        | common/base/ common/pb/ common/crypto/ common/bus/ header.pb-c.h               | zmq.h
common/daemon     | common/ header.pb-c.h admin.pb-c.h                                            | zmq.h libpq-fe.h
services/registry | common/ services/registry/ @registry                                          |
services/workforce| common/ services/workforce/ @workforce                                        |
services/payroll  | common/ services/payroll/ @payroll                                            |
services/evaluation| common/ services/evaluation/ @evaluation admin.pb-c.h                        |
services/gateway  | common/ services/gateway/ @gateway @registry @workforce @payroll @evaluation admin.pb-c.h bundle.pb-c.h | microhttpd.h jansson.h zlib.h crypt.h qrencode.h
services/cli      | common/ services/cli/ .pb-c.h .def                                            | zmq.h jansson.h xlsxwriter.h archive.h archive_entry.h
'
# @payroll: the generated headers of proto/payroll.proto and of what it imports, two deep.
imports() { sed -n 's/^import "\(.*\)\.proto";/\1/p' $(printf 'proto/%s.proto ' "$@"); }
for service in registry workforce payroll evaluation gateway; do
  first=$(imports $service)
  headers=$(printf '%s.pb-c.h ' $service $first $(imports $first))
  rules=$(printf '%s' "$rules" | sed "s/@$service\\b/$headers/g")
done
bad=$(git ls-files --cached --others --exclude-standard 'common/*.[ch]' 'services/*.[ch]' | xargs grep -nH '^#include' | awk -v rules="$rules" '
  BEGIN {
    n = split(rules, lines, "\n")
    for (i = 1; i <= n; i++) {
      if (split(lines[i], cell, "|") < 3) continue
      gsub(/^ +| +$/, "", cell[1])
      own[cell[1]] = cell[2]; foreign[cell[1]] = cell[3]
    }
    known = "openssl/ zmq.h libpq-fe.h jansson.h protobuf-c/ microhttpd.h xlsxwriter.h archive crypt.h zlib.h cmocka.h qrencode.h"
  }
  function allowed(name, list, any,   part, k, count) {
    count = split(list, part, " ")
    for (k = 1; k <= count; k++) if (index(name, part[k]) == 1 || (part[k] ~ /^\./ && index(name, part[k]))) return 1
    return 0
  }
  {
    split($0, place, ":")
    file = place[1]
    folder = file; sub("/[^/]*$", "", folder)
    while (!(folder in own) && folder ~ "/") sub("/[^/]*$", "", folder)
    if (!(folder in own)) { print file ": folder has no row in layers.sh"; next }
    if (match($0, /"[^"]+"/)) {
      name = substr($0, RSTART + 1, RLENGTH - 2)
      if (!allowed(name, own[folder])) print file ":" place[2] ": may not include \"" name "\""
    } else if (match($0, /<[^>]+>/)) {
      name = substr($0, RSTART + 1, RLENGTH - 2)
      if (allowed(name, known) && !allowed(name, foreign[folder])) print file ":" place[2] ": may not include <" name ">"
    }
  }')
# Services talk by messages: no SQL names another schema.
schemas=$(grep -nE '\b(registry|workforce|payroll|evaluation|gateway)\.[a-z_]+' services/*/sql/*.sql services/*/migrations/*.sql 2>/dev/null | grep -vE -- '--.*\b(registry|workforce|payroll|evaluation|gateway)\.' || true)
[ -z "$bad$schemas" ] && { echo "layers: clean"; exit 0; }
printf '%s\n' "$bad" "$schemas" | sed '/^$/d'
exit 1
