#!/bin/sh
# answers.sh - which methods may give which refusal, read off the services' SQL at build time: a rule's id as a string in a method's statement.
#   answers.sh SERVICE...   const struct answer answers[] and answer_count
set -eu
printf '#include "services/cli/explain.h"\n\nconst struct answer answers[] = {\n'
for service in "$@"; do
  # Foo_many and Foo_reasons answer for Foo; files that begin with a small letter are no methods.
  awk -v service="$service" -v quote="'" '
    FILENAME ~ /rules\.def$/ { if (match($0, /^RULE\([A-Z0-9_]+/)) rule[substr($0, 6, RLENGTH - 5)] = 1; next }
    {
      method = FILENAME; sub(/.*\//, "", method); sub(/\.sql$/, "", method); sub(/_(many|reasons)$/, "", method)
      if (method !~ /^[A-Z]/) next
      count = split($0, part, quote)
      for (i = 2; i <= count; i += 2) if ((part[i] in rule) && !seen[method, part[i]]++) printf "  {\"%s\", \"%s\", \"%s\"},\n", service, part[i], method
    }' "services/$service/rules.def" services/"$service"/sql/*.sql
done
printf '};\nconst size_t answer_count = sizeof(answers) / sizeof(answers[0]);\n'
