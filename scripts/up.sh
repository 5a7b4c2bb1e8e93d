#!/usr/bin/env bash
# Starts silos with the sample's pool and the sample web frontend; Ctrl-C stops everything.
#   ./snakepit up               one silo, one frontend
#   ./snakepit up --silos 3     a cluster: PostgreSQL, three silos, two frontends
# What follows goes to the silos: --Snakepit:Name=value
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$here/scripts/common.sh"

silo_url=${SNAKEPIT_URL:-http://127.0.0.1:8400}
web_url=${SNAKEPIT_WEB_URL:-http://127.0.0.1:8480}
sample="$here/samples/snakepit.json"
web="$here/samples/WebFrontend/bin/Release/net10.0/Snakepit.Samples.WebFrontend"

prepare() {
  say "Building (the first time takes a minute) ..."
  build "$here/samples/WebFrontend/WebFrontend.csproj"
  build "$here/silo/Snakepit.Silo/Snakepit.Silo.csproj"
  SNAKEPIT_PYTHON=$(python_for_workers) || exit 1
  export SNAKEPIT_PYTHON
  say "Workers use $SNAKEPIT_PYTHON"
}

# until_answers URL PID: ends the script when it is told to; fails when the process has ended.
until_answers() {
  until answers -f "$1"; do
    heed
    lives "$2" || return 1
    sleep 0.2 || true
  done
  heed
}

# A silo that ends before it is ready has said why.
until_silo_answers() {
  local code=0
  until_answers "$1/health/ready" "$2" && return
  wait "$2" || code=$?
  exit "$code"
}

until_web_answers() {
  until_answers "$1/health" "$2" && return
  stop
  fail "the web frontend did not start; its output is above."
}

need_dotnet
case ${1:-} in
  --silos | --silos=*)
    if [ "$1" = --silos ]; then count=${2:-} && shift; else count=${1#--silos=}; fi
    [ $# -eq 0 ] || shift
    # shellcheck source=scripts/up-cluster.sh
    source "$here/scripts/up-cluster.sh"
    ;;
  *)
    # shellcheck source=scripts/up-one.sh
    source "$here/scripts/up-one.sh"
    ;;
esac
