#!/usr/bin/env bash
# Builds the silo of the last contract from git, once, and prints the path of its program. The contract is a commit, named in
# grain-interfaces/contracts/last; silos of today must work beside it. Exits with 3 where the history does not reach back to it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$here/scripts/common.sh"

read -r commit name <"$here/grain-interfaces/contracts/last"
git -C "$here" cat-file -e "$commit^{commit}" 2>/dev/null || {
  say "snakepit: this copy has no commit $commit ($name). Fetch the whole history: git fetch --unshallow"
  exit 3
}
folder=$here/artifacts/$name-${commit:0:12}
program=$folder/silo/Snakepit.Silo/bin/Release/net10.0/snakepit
if [ ! -f "$folder/built" ]; then
  need_dotnet
  rm -rf "$folder" && mkdir -p "$folder"
  git -C "$here" archive "$commit" | tar -x -C "$folder"
  # Its checks were made when it was today's.
  dotnet build "$folder/silo/Snakepit.Silo" -c Release -v quiet --nologo -clp:ErrorsOnly -p:RunAnalyzers=false \
    -p:GenerateDocumentationFile=false >&2
  touch "$folder/built"
fi
echo "$program"
