#!/bin/sh
# embed.sh - C tables made from files at build time, with nothing but sh and awk.
#   embed.sh texts NAME FILE...   const struct sql_text NAME[] of the files' texts, named by file name without .sql, and NAME_count
#   embed.sh messages HEADER...   all message and all service descriptors that the generated headers declare
#   embed.sh bytes NAME FILE      const unsigned char NAME[] and NAME_length
#   embed.sh assets NAME PATH=FILE...  const struct asset NAME[] of files as a web server gives them out, and NAME_count
set -eu
mode=$1
shift
case $mode in
texts)
  name=$1
  shift
  printf '#include "common/db/statement.h"\n\nextern const struct sql_text %s[];\nextern const size_t %s_count;\n' "$name" "$name"
  printf 'const struct sql_text %s[] = {\n' "$name"
  for file in "$@"; do
    base=${file##*/}
    printf '  {"%s",\n' "${base%.sql}"
    printf '   ""\n' # an empty file is an empty text, which the boot names, not none
    awk '{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); printf "   \"%s\\n\"\n", $0 }' "$file"
    printf '  },\n'
  done
  printf '  {0, 0}};\nconst size_t %s_count = %d;\n' "$name" "$#"
  ;;
messages)
  printf '#include <stddef.h>\n#include <protobuf-c/protobuf-c.h>\n\n'
  for header in "$@"; do printf '#include "%s"\n' "${header##*/}"; done
  printf '\nextern const ProtobufCMessageDescriptor *const all_messages[];\nextern const size_t all_messages_count;\n'
  printf 'const ProtobufCMessageDescriptor *const all_messages[] = {\n'
  sed -n 's/^extern const ProtobufCMessageDescriptor \([a-z0-9_]*\);$/  \&\1,/p' "$@" | LC_ALL=C sort
  printf '};\nconst size_t all_messages_count = sizeof(all_messages) / sizeof(all_messages[0]);\n'
  printf '\nextern const ProtobufCServiceDescriptor *const all_services[];\nextern const size_t all_services_count;\n'
  printf 'const ProtobufCServiceDescriptor *const all_services[] = {\n'
  sed -n 's/^extern const ProtobufCServiceDescriptor \([a-z0-9_]*\);$/  \&\1,/p' "$@" | LC_ALL=C sort
  printf '};\nconst size_t all_services_count = sizeof(all_services) / sizeof(all_services[0]);\n'
  ;;
bytes)
  name=$1
  printf '#include <stddef.h>\n\nextern const unsigned char %s[];\nextern const size_t %s_length;\nconst unsigned char %s[] = {\n' "$name" "$name" "$name"
  od -An -v -tu1 "$2" | awk '{ for (i = 1; i <= NF; i++) printf "%s,", $i; print "" }'
  printf '};\nconst size_t %s_length = sizeof(%s);\n' "$name" "$name"
  ;;
assets)
  name=$1
  shift
  printf '#include "services/gateway/asset.h"\n\n'
  number=0
  for pair in "$@"; do
    [ -r "${pair#*=}" ] || { echo "embed.sh: cannot read ${pair#*=}" >&2; exit 1; }
    printf 'static const unsigned char asset_%d[] = {\n' "$number"
    od -An -v -tu1 "${pair#*=}" | awk '{ for (i = 1; i <= NF; i++) printf "%s,", $i; print "" }'
    printf '0};\n'
    number=$((number + 1))
  done
  printf 'const struct asset %s[] = {\n' "$name"
  number=0
  for pair in "$@"; do
    printf '  {"%s", asset_%d, sizeof asset_%d - 1},\n' "${pair%%=*}" "$number" "$number"
    number=$((number + 1))
  done
  printf '};\nconst size_t %s_count = %d;\n' "$name" "$#"
  ;;
*) echo "embed.sh: unknown mode $mode" >&2; exit 2 ;;
esac
