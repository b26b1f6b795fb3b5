#!/bin/sh
# words.sh - calls and words that must not stand in the sources.
set -eu
cd "$(dirname "$0")/../.."
bad=$(git grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok)\(' -- 'common/*.[ch]' 'services/*.[ch]' || true
      git grep -nE '\b(float|double)\b.*(fen|money|pay)' -- 'common/*.[ch]' 'services/*.[ch]' || true
      git grep -nE '\bTODO\b|\bFIXME\b|\bXXX\b' -- common services proto deploy tests ':!tests/house/words.sh' || true)
[ -z "$bad" ] && { echo "words: clean"; exit 0; }
printf '%s\n' "$bad"
exit 1
