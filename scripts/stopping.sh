# How a script stops silos, web frontends and their database: once in order, twice at once. Sourced after common.sh; sets traps.
# shellcheck shell=bash

silo_pids='' web_pids='' # separated by spaces
database_pid='' # of a PostgreSQL server; silos leave their cluster in it, so it stops after them
place='' # a folder that goes with them
signals=0
trap 'signals=$((signals + 1))' INT TERM HUP # HUP: the terminal has been closed
trap 'trap - EXIT; stop' EXIT # however the script ends, none of them must stay behind

# lives PID: also false when there is none yet.
lives() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }

# any_lives PID...
any_lives() {
  local pid
  for pid in "$@"; do if lives "$pid"; then return 0; fi; done
  return 1
}

# signal NAME PID...: some may be gone.
signal() {
  local name=$1 pid
  shift
  for pid in "$@"; do kill "-$name" "$pid" 2>/dev/null || true; done
}

# Stops all and waits for them; a second signal makes them leave at once.
# shellcheck disable=SC2086 # lists of process ids
stop() {
  # The frontends first: their calls end before the silos drain.
  signal TERM $web_pids $silo_pids
  local hurried=''
  while any_lives $web_pids $silo_pids; do
    if [ -z "$hurried" ] && [ "$signals" -gt 1 ]; then
      hurried=yes
      say "Leaving at once ..." || true
      signal KILL $web_pids
      # A silo kills its workers when it is told a second time.
      signal TERM $silo_pids
    fi
    sleep 0.1 || true
  done
  signal INT $database_pid
  while any_lives $database_pid; do
    if [ "$signals" -gt 1 ]; then signal QUIT $database_pid; fi
    sleep 0.1 || true
  done
  if [ -n "$place" ]; then rm -rf "$place"; fi
}

# Ends the script when it was told to.
heed() {
  [ "$signals" -gt 0 ] || return 0
  say "" || true # nobody may be there to read
  say "Stopping; Ctrl-C again leaves at once ..." || true
  stop
  say "Stopped." || true
  if [ "$signals" -gt 1 ]; then exit 130; fi
  exit 0
}

# Returns when a silo or a frontend has ended; ends the script when it is told to. Looks instead of waiting: a signal that came just
# before a wait would not end it.
attend() {
  local pid
  while true; do
    for pid in $silo_pids $web_pids; do
      if ! lives "$pid"; then
        heed
        return 0
      fi
    done
    heed
    sleep 0.5 || true
  done
}
