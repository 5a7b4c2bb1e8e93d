#!/usr/bin/env bash
# publish-silo.sh FOLDER: the same archive that hosts without containers get, unpacked.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
archive=$("$here/scripts/archive.sh" --output "$here/artifacts")
mkdir -p "$1"
tar -xzf "$archive" --strip-components=1 -C "$1"
