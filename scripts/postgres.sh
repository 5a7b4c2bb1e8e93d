# A throw-away PostgreSQL server on loopback, from the programs that this host has. Sourced after common.sh.
# shellcheck shell=bash

# The folder of the newest server's programs.
postgres_programs() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) ${PATH//:/ }; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && [ -x "$folder/pg_isready" ]; then
      echo "$folder"
      return
    fi
  done
  fail "PostgreSQL's programs (initdb, postgres) are missing. Install them, on Debian by 'apt-get install postgresql', then run this again."
}

# start_postgres PROGRAMS FOLDER: makes a server with its data in the folder, sets database_pid, and puts the connection string into
# FOLDER.connection, which only this user may read. Users need the password. Returns when the server takes connections.
start_postgres() {
  local programs=$1 folder=$2 password port as=()
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && mkdir -p "$folder" && printf '%s' "$password" >"$folder/password")
  if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    chown -R postgres "$folder"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  fi
  (cd / && "${as[@]+"${as[@]}"}" "$programs/initdb" -D "$folder/data" -U postgres -A scram-sha-256 --pwfile="$folder/password" \
    --no-sync --locale=C --encoding=UTF8) >"$folder.log" 2>&1 || { cat "$folder.log" >&2; fail "initdb failed."; }
  port=$(free_port)
  (cd / && exec setsid "${as[@]+"${as[@]}"}" "$programs/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$folder" -c fsync=off -c max_connections=200 -c shared_buffers=16MB) >>"$folder.log" 2>&1 &
  database_pid=$!
  (umask 077 && printf 'Host=127.0.0.1;Port=%s;Database=postgres;Username=postgres;Password=%s\n' "$port" "$password" >"$folder.connection")
  until "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"; do
    heed
    lives "$database_pid" || { cat "$folder.log" >&2; fail "PostgreSQL did not start."; }
    sleep 0.1 || true
  done
}

# A port of this host that nothing listens at, below those of outgoing connections.
free_port() {
  local port
  while true; do
    port=$((10000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}
