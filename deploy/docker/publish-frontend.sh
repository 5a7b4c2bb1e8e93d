#!/usr/bin/env bash
# publish-frontend.sh FOLDER: the sample web frontend; its runtime is the image's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dotnet publish "$here/samples/WebFrontend/WebFrontend.csproj" -c Release -o "$1" --nologo -v quiet
