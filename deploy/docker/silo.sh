#!/usr/bin/env bash
# A silo in a container. HTTP stays inside it: the health check and 'docker compose exec' reach it, and no other host does.
set -euo pipefail
# A volume may belong to everybody; these folders are the silo's own.
for folder in "${SNAKEPIT_DATA_DIR-}" "${XDG_RUNTIME_DIR-}"; do
  [ -z "$folder" ] || mkdir -p -m 700 "$folder"
done
# A token for each start: what an earlier start left is not this one's.
SNAKEPIT_INSTANCE_TOKEN=${SNAKEPIT_INSTANCE_TOKEN:-$(cut -c1-13 /proc/sys/kernel/random/uuid)}
export SNAKEPIT_INSTANCE_TOKEN
exec "$(dirname "${BASH_SOURCE[0]}")/../bin/snakepit" serve \
  --config "${SNAKEPIT_CONFIG:-/etc/snakepit/snakepit.json}" --urls "${SNAKEPIT_URLS:-http://127.0.0.1:8400}"
