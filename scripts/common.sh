# Shared by the scripts; sourced, not run. Expects $here to be the repository.
# shellcheck shell=bash

snakepit="$here/silo/Snakepit.Silo/bin/Release/net10.0/snakepit"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "snakepit: $*"
  exit 1
}

need_dotnet() {
  command -v dotnet >/dev/null \
    || fail "the .NET 10 SDK is missing. Install it from https://dotnet.microsoft.com/download, then run this again."
  [ "$(cd "$here" && dotnet --version 2>/dev/null | cut -d. -f1)" = 10 ] \
    || fail "the .NET 10 SDK is needed; found: $(dotnet --list-sdks | tr '\n' ' ')"
}

# answers URL [OPTION...]: curl's exit code for one question to this machine; a proxy has no say in it.
answers() { curl -s --noproxy '*' --max-time 2 -o /dev/null "$@"; }

# need_free URL VARIABLE: nobody is there yet, else we would take another program's answers for ours.
need_free() {
  local code=0
  answers "$1" || code=$?
  case $code in
    0 | 1 | 28 | 52 | 56) # also who speaks no HTTP, says nothing in 2 s as a stopped silo does, or hangs up
      fail "somebody is at $1 already. Stop it, or name another address in $2." ;;
  esac
}

# Folders and files that the programs are built from.
sources=(grain-interfaces grains protos silo client-sdk python/src samples bench Directory.Build.props Directory.Packages.props global.json)

# is_built PROJECT: nothing has changed since the project was built last. Looks at folders too, whose time changes with a deleted file.
is_built() {
  local stamp
  stamp=$(dirname "$1")/obj/snakepit.built
  [ -f "$stamp" ] && [ -d "$(dirname "$1")/bin/Release/net10.0" ] || return 1
  [ -z "$(cd "$here" && find "${sources[@]}" \( -name bin -o -name obj -o -name __pycache__ -o -name .mypy_cache \) -prune \
    -o -newer "$stamp" -not -name '*.binpb' -print -quit)" ]
}

# build PROJECT: only when something has changed; quiet when it works, the whole output when it does not. With SNAKEPIT_NO_BUILD set,
# what has been built by other means is taken as it is.
build() {
  [ -z "${SNAKEPIT_NO_BUILD-}" ] || return 0
  is_built "$1" && return
  local log began
  log=$(mktemp)
  began=$(mktemp)
  if ! dotnet build "$1" -c Release -v quiet --nologo -clp:ErrorsOnly >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log" "$began"
    fail "building $1 failed."
  fi
  # The time before the build: what has changed during it is not in it.
  mkdir -p "$(dirname "$1")/obj"
  mv "$began" "$(dirname "$1")/obj/snakepit.built"
  rm -f "$log"
}

# Path of a Python that can run workers; finds or makes one.
python_for_workers() { (cd "$here" && "$snakepit" setup --venv "$here/.venv"); }
