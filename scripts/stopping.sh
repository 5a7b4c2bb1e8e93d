# How a script stops a silo and its web frontend: once in order, twice at once. Sourced after common.sh; sets traps.
# shellcheck shell=bash

silo_pid='' web_pid='' signals=0
trap 'signals=$((signals + 1))' INT TERM HUP # HUP: the terminal has been closed
trap 'trap - EXIT; stop' EXIT # however the script ends, the two must not stay behind

# lives PID: also false when there is none yet.
lives() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }

# Stops both and waits for them; a second signal makes them leave at once.
stop() {
  # The frontend first: its calls end before the silo drains.
  for pid in $web_pid $silo_pid; do kill -TERM "$pid" 2>/dev/null || true; done
  local hurried=''
  while lives "$web_pid" || lives "$silo_pid"; do
    if [ -z "$hurried" ] && [ "$signals" -gt 1 ]; then
      hurried=yes
      say "Leaving at once ..." || true
      if lives "$web_pid"; then kill -KILL "$web_pid" 2>/dev/null || true; fi
      # The silo kills its workers when it is told a second time.
      if lives "$silo_pid"; then kill -TERM "$silo_pid" 2>/dev/null || true; fi
    fi
    sleep 0.1 || true
  done
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

# Returns when one of the two has ended; ends the script when it is told to. Looks instead of waiting: a signal that came just
# before a wait would not end it.
attend() {
  while lives "$silo_pid" && lives "$web_pid"; do
    heed
    sleep 0.5 || true
  done
  heed
}
