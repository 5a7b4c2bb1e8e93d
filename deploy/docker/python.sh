#!/usr/bin/env bash
# python.sh VENV REQUIREMENTS: the environment of the workers. Its Python is that of the image, so it is made in the image it runs in.
set -euo pipefail
python3 -m venv --system-site-packages "$1"
"$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir -r "$2"
"$1/bin/python" -c 'import google.protobuf, grpc'
