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
say "Building (the first time takes a minute) ..."
build "$here/samples/WebFrontend/WebFrontend.csproj"
build "$here/silo/Snakepit.Silo/Snakepit.Silo.csproj"
SNAKEPIT_PYTHON=$(python_for_workers) || exit 1
export SNAKEPIT_PYTHON
say "Workers use $SNAKEPIT_PYTHON"

silo_pid='' web_pid=''
stop() {
  trap '' INT TERM
  # The frontend first: its calls end before the silo drains.
  for pid in $web_pid $silo_pid; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in $web_pid $silo_pid; do wait "$pid" 2>/dev/null || true; done
}
trap 'say ""; say "Stopping ..."; stop; say "Stopped."; exit 0' INT TERM

# In sessions of their own, so that Ctrl-C reaches this script alone and everything stops in order.
setsid "$snakepit" serve --config "$here/samples/snakepit.json" --urls "$silo_url" "$@" &
silo_pid=$!
until curl -fs -o /dev/null "$silo_url/health/ready"; do
  if ! kill -0 "$silo_pid" 2>/dev/null; then
    wait "$silo_pid" && code=0 || code=$?
    exit "$code" # the silo has said why
  fi
  sleep 0.2
done
(cd "$here/samples/WebFrontend" && exec setsid "$web" --urls "$web_url") &
web_pid=$!
until curl -fs -o /dev/null "$web_url/health"; do
  if ! kill -0 "$web_pid" 2>/dev/null; then
    stop
    fail "the web frontend did not start; its output is above."
  fi
  sleep 0.2
done
say ""
say "  Web page   $web_url"
say "  Silo       $silo_url/v1/status"
say "  Try        ./snakepit status"
say "  Ctrl-C stops everything."
say ""
wait -n "$silo_pid" "$web_pid" || true
say "One of the two has ended; stopping the other."
stop
exit 1
