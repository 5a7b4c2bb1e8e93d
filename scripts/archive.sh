#!/usr/bin/env bash
# Makes snakepit-VERSION-RID.tar.gz: the program with its .NET runtime, so that a host needs Python alone.
#   ./snakepit archive [--rid linux-x64|linux-arm64] [--output FOLDER]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$here/scripts/common.sh"

case $(uname -m) in aarch64 | arm64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
output=$here/artifacts
while [ $# -gt 0 ]; do
  case $1 in
    --rid) rid=${2:-} ;;
    --output) output=${2:-} ;;
    *) fail "'$1': expected --rid linux-x64|linux-arm64 or --output FOLDER." ;;
  esac
  [ $# -gt 1 ] || fail "$1 needs a value."
  shift 2
done
case $rid in linux-x64 | linux-arm64) ;; *) fail "--rid '$rid': expected linux-x64 or linux-arm64." ;; esac

need_dotnet
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$here/Directory.Build.props")
name=snakepit-$version-$rid
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=$work/$name

dotnet publish "$here/silo/Snakepit.Silo/Snakepit.Silo.csproj" -c Release -p:ArchiveRid="$rid" -o "$folder/bin" \
  --nologo -v quiet -clp:ErrorsOnly >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "publishing for $rid failed."; }
find "$folder/bin" -name '*.pdb' -delete
cp -r "$here/LICENSE" "$here/deploy/archive/." "$here/deploy/systemd" "$folder/"
find "$folder" -name __pycache__ -prune -exec rm -rf {} +
chmod -R u=rwX,go=rX "$folder"

mkdir -p "$output"
# The same files give the same archive.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime='2000-01-01 00:00Z' -C "$work" -c "$name" | gzip -n >"$output/$name.tar.gz"
echo "$output/$name.tar.gz"
