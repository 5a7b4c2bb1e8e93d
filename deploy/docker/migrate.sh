#!/usr/bin/env bash
# Before the silos start: the tables of the cluster, and its certificates where SNAKEPIT_CERTIFICATES names a folder for them.
# Changes nothing where they are. SNAKEPIT_CERTIFICATE_HOSTS: the names of all silos and frontends, separated by spaces.
set -euo pipefail
snakepit=$(dirname "${BASH_SOURCE[0]}")/../bin/snakepit
"$snakepit" db init
if [ -n "${SNAKEPIT_CERTIFICATES-}" ] && [ -z "$(ls -A "$SNAKEPIT_CERTIFICATES")" ]; then
  hosts=()
  for host in $SNAKEPIT_CERTIFICATE_HOSTS; do hosts+=(--host "$host"); done
  "$snakepit" cert dev --out "$SNAKEPIT_CERTIFICATES" "${hosts[@]}"
fi
