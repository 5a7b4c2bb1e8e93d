# ./snakepit up --silos N: a throw-away PostgreSQL, N silos and two frontends, all on loopback. A silo that ends, for example by kill -9,
# ends nothing else. Sourced by up.sh with count set.
# shellcheck shell=bash

case $count in [1-9]) ;; *) fail "--silos '$count': expected a number from 1 to 9." ;; esac
for url in "$silo_url" "$web_url"; do
  case ${url##*:} in '' | *[!0-9]*) fail "'$url' has no port to count from; write it as http://127.0.0.1:8400." ;; esac
done

# plus URL N: the same address, N - 1 ports on.
plus() { echo "${1%:*}:$((${1##*:} + $2 - 1))"; }

# url NAME
url() {
  case $1 in
    silo-*) plus "$silo_url" "${1#silo-}" ;;
    web-*) plus "$web_url" "${1#web-}" ;;
  esac
}

silos=$(seq -f 'silo-%g' "$count")
webs='web-1 web-2'
# shellcheck source=scripts/postgres.sh
source "$here/scripts/postgres.sh"
programs=$(postgres_programs) || exit 1
for name in $silos; do need_free "$(url "$name")" SNAKEPIT_URL; done
for name in $webs; do need_free "$(url "$name")" SNAKEPIT_WEB_URL; done
prepare
# shellcheck source=scripts/stopping.sh
source "$here/scripts/stopping.sh"

place=$(mktemp -d "${TMPDIR:-/tmp}/snakepit-up-XXXXXX")
chmod 711 "$place" # PostgreSQL's user goes through it to its own folder
export TMPDIR=$place # a killed program leaves its sockets there
# What silos and frontends are told beside names, folders and ports. On loopback they need neither keys nor certificates.
export Snakepit__Cluster__Provider=postgres Snakepit__Cluster__ConnectionStringFile="$place/postgres.connection"
export Snakepit__Pools__0__PoolSize=2
export Logging__LogLevel__Orleans=${Logging__LogLevel__Orleans:-Error} # a lost silo is many warnings of the others

# as NAME COMMAND...: in a session of its own, so that Ctrl-C reaches this script alone; each line of its output begins with NAME.
as() {
  local name=$1
  shift
  exec setsid "$@" > >(exec setsid sed -u "s/^/$name | /") 2>&1
}

# Ports of their own: the other silos and the frontends find them in the database.
silo() {
  local name=$1
  shift
  as "$name" "$snakepit" serve --config "$sample" --urls "$(url "$name")" \
    --Snakepit:InstanceName="$name" --Snakepit:InstanceToken="up-$$-$name" --Snakepit:Cluster:SiloName="$name" \
    --Snakepit:DataDir="$place/$name" --Snakepit:Cluster:SiloPort=0 --Snakepit:Cluster:GatewayPort=0 "$@"
}

web() {
  cd "$here/samples/WebFrontend"
  Snakepit__Client__ConnectionString=$(cat "$place/postgres.connection")
  export Snakepit__Client__ConnectionString
  as "$1" "$web" --urls "$(url "$1")"
}

declare -A pid_of=()

# What stop has to end; a number that is not ours any more must not be in it.
list_pids() {
  local name
  silo_pids='' web_pids=''
  for name in $silos; do silo_pids+=" ${pid_of[$name]-}"; done
  for name in $webs; do web_pids+=" ${pid_of[$name]-}"; done
}

# launch NAME [OPTION...]: starts it and waits for nothing.
launch() {
  "${1%-*}" "$@" &
  pid_of[$1]=$!
  list_pids
}

# gone NAME: says how it ended.
gone() {
  local code=0 how
  wait "${pid_of[$1]}" || code=$?
  how="it ended with code $code"
  [ "$code" -le 128 ] || how="killed by signal $((code - 128))"
  say ""
  say "  $1 (process ${pid_of[$1]}) is gone: $how. The others go on."
  say "  Start it again:  touch $place/start-$1"
  say ""
  unset "pid_of[$1]"
  list_pids
}

look_after() {
  if [ -z "${pid_of[$1]-}" ]; then
    [ -e "$place/start-$1" ] || return 0
    rm "$place/start-$1"
    launch "$@"
    say "  $1 starts again: process ${pid_of[$1]}."
  elif ! lives "${pid_of[$1]}"; then
    gone "$1"
  fi
}

say "Starting PostgreSQL ..."
start_postgres "$programs" "$place/postgres"
"$snakepit" db init --config "$sample" >"$place/init.log" || { cat "$place/init.log" >&2; fail "the tables could not be made."; }
for name in $silos; do launch "$name" "$@"; done
for name in $silos; do until_silo_answers "$(url "$name")" "${pid_of[$name]}"; done
for name in $webs; do launch "$name"; done
for name in $webs; do until_web_answers "$(url "$name")" "${pid_of[$name]}"; done

say ""
for name in $webs; do say "  Web page   $(url "$name")"; done
for name in $silos; do say "  $name     $(url "$name")/v1/status   process ${pid_of[$name]}"; done
say "  Try        kill -9 ${pid_of[silo-1]}     (silo-1; the page says what happens)"
say "  Ctrl-C stops everything; Ctrl-C twice at once."
say ""
while true; do
  heed
  for name in $silos; do look_after "$name" "$@"; done
  for name in $webs; do look_after "$name"; done
  if [ -n "$database_pid" ] && ! lives "$database_pid"; then
    say "  PostgreSQL has ended. The silos go on; none can join."
    database_pid=''
  fi
  sleep 0.5 || true
done
