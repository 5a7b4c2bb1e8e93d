#!/usr/bin/env bash
# Starts a silo with the sample's pool and the sample web frontend; Ctrl-C stops both.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$here/scripts/common.sh"

silo_url=${SNAKEPIT_URL:-http://127.0.0.1:8400}
web_url=${SNAKEPIT_WEB_URL:-http://127.0.0.1:8480}
web="$here/samples/WebFrontend/bin/Release/net10.0/Snakepit.Samples.WebFrontend"

need_dotnet
need_free "$silo_url" SNAKEPIT_URL
need_free "$web_url" SNAKEPIT_WEB_URL
say "Building (the first time takes a minute) ..."
build "$here/samples/WebFrontend/WebFrontend.csproj"
build "$here/silo/Snakepit.Silo/Snakepit.Silo.csproj"
SNAKEPIT_PYTHON=$(python_for_workers) || exit 1
export SNAKEPIT_PYTHON
say "Workers use $SNAKEPIT_PYTHON"

# shellcheck source=scripts/stopping.sh
source "$here/scripts/stopping.sh"

# In sessions of their own, so that Ctrl-C reaches this script alone and everything stops in order.
setsid "$snakepit" serve --config "$here/samples/snakepit.json" --urls "$silo_url" "$@" &
silo_pid=$!
until answers -f "$silo_url/health/ready"; do
  heed
  if ! lives "$silo_pid"; then
    wait "$silo_pid" && code=0 || code=$?
    exit "$code" # the silo has said why
  fi
  sleep 0.2 || true
done
heed
(cd "$here/samples/WebFrontend" && exec setsid "$web" --urls "$web_url") &
web_pid=$!
until answers -f "$web_url/health"; do
  heed
  if ! lives "$web_pid"; then
    stop
    fail "the web frontend did not start; its output is above."
  fi
  sleep 0.2 || true
done
say ""
say "  Web page   $web_url"
say "  Silo       $silo_url/v1/status"
say "  Try        ./snakepit status"
say "  Ctrl-C stops everything; Ctrl-C twice at once."
say ""
attend
say "One of the two has ended; stopping the other."
stop
exit 1
