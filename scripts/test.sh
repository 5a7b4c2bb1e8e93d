#!/usr/bin/env bash
# Runs every test there is and ends with the line 'N passed, N failed'. Usage: ./snakepit test
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$here/scripts/common.sh"
cd "$here" || exit 1

passed=0 failed=0 skipped=0
work=$(mktemp -d)
background=''
trap '[ -z "$background" ] || kill "$background" 2>/dev/null; rm -rf "$work"' EXIT

section() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

# step NAME COMMAND...: something that must work; a failure counts as one failed test.
step() {
  local name=$1
  shift
  section "$name"
  if ! "$@" >"$work/step.log" 2>&1; then
    tail -n 60 "$work/step.log"
    printf 'FAILED: %s\n' "$name"
    failed=$((failed + 1))
    return 1
  fi
}

# Packages with known flaws, and newer versions of those in use. For people to read: neither fails the tests.
report_packages() {
  section "Packages: vulnerable, outdated (a report)"
  for kind in vulnerable outdated; do
    timeout 120 dotnet list Snakepit.Orleans.sln package "--$kind" >"$work/$kind.log" 2>&1 \
      || echo "dotnet list package --$kind gave no report: $(tail -n 1 "$work/$kind.log")"
    grep -E '^ +> ' "$work/$kind.log" | sort -u || echo "--$kind: none"
  done
}

finish() {
  printf '\n%s passed, %s failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || printf ', %s skipped' "$skipped")"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit $?
}

# Number in front of or behind a word in a test runner's summary: count FILE PATTERN
count() { grep -oE "$2" "$1" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }

# A suite that hangs is ended after this time, in seconds, and counts as failed.
suite_limit=2700

dotnet_tests() {
  local name=$1 log=$work/$1.log
  section "$name"
  timeout --kill-after=30 "$suite_limit" "$here/tests/$name/bin/Release/net10.0/$name" \
    --no-ansi --progress off --show-slowest-tests 20 >"$log" 2>&1
  local code=$?
  local good bad out
  good=$(count "$log" 'succeeded: [0-9]+') bad=$(count "$log" 'failed: [0-9]+') out=$(count "$log" 'skipped: [0-9]+')
  [ "$code" = 0 ] || { [ "$bad" -gt 0 ] || bad=1; tail -n 120 "$log"; }
  [ "$((good + bad))" -gt 0 ] || { bad=1; echo "no test ran"; }
  sed -n '/^Slowest tests:/,$p' "$log" | grep -E '^ +([0-9]+m |[1-9][0-9]+s |[5-9]s )' # where the time of a long suite goes
  printf '%s: %s passed, %s failed\n' "$name" "$good" "$bad"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + out))
}

python_tests() {
  local log=$work/pytest.log
  section "Python tests"
  # A test that takes two minutes has its stacks in the log.
  (cd python && timeout --kill-after=30 "$suite_limit" "$python" -m pytest -q -p no:cacheprovider -o faulthandler_timeout=120) >"$log" 2>&1
  local code=$?
  local good bad
  good=$(count "$log" '[0-9]+ passed') bad=$(($(count "$log" '[0-9]+ failed') + $(count "$log" '[0-9]+ errors?')))
  [ "$code" = 0 ] || { [ "$bad" -gt 0 ] || bad=1; tail -n 120 "$log"; }
  printf 'Python: %s passed, %s failed\n' "$good" "$bad"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + $(count "$log" '[0-9]+ skipped')))
}

# What the tests need beyond the product itself, as far as the system's own packages have it.
system_packages() {
  local missing=() wanted=(
    python3-grpcio python3-protobuf python3-numpy python3-sklearn python3-pytest python3-venv python3-pip python3-setuptools python3-wheel
    mypy chromium curl zsh iproute2 procps postgresql systemd python3-yaml python3-jsonschema
    prometheus
  )
  # Other packages than Debian's may have brought these, and Debian's would be in their way.
  command -v npm >/dev/null || wanted+=(npm)
  command -v kubectl >/dev/null || wanted+=(kubernetes-client)
  for package in "${wanted[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  apt-get update -qq || return 1
  case " ${missing[*]} " in *" postgresql "*) no_server_of_the_distribution || return 1 ;; esac
  case " ${missing[*]} " in *" prometheus "*) no_prometheus_of_the_distribution || return 1 ;; esac
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
}

# The same for Debian's prometheus and what comes with it: a masked unit is not started.
no_prometheus_of_the_distribution() {
  mkdir -p /etc/systemd/system \
    && ln -sf /dev/null /etc/systemd/system/prometheus.service \
    && ln -sf /dev/null /etc/systemd/system/prometheus-node-exporter.service
}

# Debian's postgresql makes a database and starts a server for it, unless this setting of postgresql-common, which comes first,
# says no. The tests start servers of their own and need the programs only.
no_server_of_the_distribution() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-common \
    && sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
}

need_dotnet
if [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
  step "System packages" system_packages || finish
fi
step "Restore" dotnet restore Snakepit.Orleans.sln || finish
report_packages
step "Build, warnings are errors" dotnet build Snakepit.Orleans.sln -c Release --no-restore --nologo -v minimal || finish
# Beside the Python tests, which mostly wait.
dotnet format Snakepit.Orleans.sln --verify-no-changes --no-restore --severity warn >"$work/format.log" 2>&1 &
background=$!
section "Python environment"
# Tests need more than workers do, so the system's own Python comes first where it can run them.
systems_python() { /usr/bin/python3 -c 'import grpc, google.protobuf, pytest, numpy; print("/usr/bin/python3")' 2>/dev/null; }
python=${SNAKEPIT_PYTHON:-$(systems_python || python_for_workers)} || finish
export SNAKEPIT_PYTHON=$python
"$python" -c 'import pytest, yaml, jsonschema' 2>/dev/null \
  || step "What tests need of Python" "$python" -m pip install -q pytest mypy setuptools wheel pyyaml jsonschema || finish
echo "$python"
step "Python types" bash -c 'cd python && { "$0" -m mypy --strict src tests || /usr/bin/mypy --strict src tests; }' "$python"
python_tests
check_format() { wait "$background" || { cat "$work/format.log"; return 1; }; }
step "Format" check_format
background=''
for project in tests/*.Tests; do
  dotnet_tests "$(basename "$project")"
done
step "Packages" dotnet pack Snakepit.Orleans.sln -c Release --no-build --nologo -v minimal -o "$work/packages"
step "Wheel" bash -c '
  cp -r python "$1/wheel" && cd "$1/wheel" \
    && "$0" -m pip wheel . --no-deps --no-build-isolation --quiet -w "$1/packages"' "$python" "$work"
finish
