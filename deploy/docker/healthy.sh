#!/usr/bin/env bash
# healthy.sh PORT PATH: exit code 0 when a GET of the path on this port of loopback is answered with 200. The image has no curl.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&3
read -r _ code _ <&3
[ "$code" = 200 ]
