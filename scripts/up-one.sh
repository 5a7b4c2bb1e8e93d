# ./snakepit up: one silo and one frontend. When one of the two ends, so does the other. Sourced by up.sh.
# shellcheck shell=bash

need_free "$silo_url" SNAKEPIT_URL
need_free "$web_url" SNAKEPIT_WEB_URL
prepare
# shellcheck source=scripts/stopping.sh
source "$here/scripts/stopping.sh"

# In sessions of their own, so that Ctrl-C reaches this script alone and everything stops in order.
setsid "$snakepit" serve --config "$sample" --urls "$silo_url" "$@" &
silo_pids=$!
until_silo_answers "$silo_url" "$silo_pids"
(cd "$here/samples/WebFrontend" && exec setsid "$web" --urls "$web_url") &
web_pids=$!
until_web_answers "$web_url" "$web_pids"
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
