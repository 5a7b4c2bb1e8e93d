#!/usr/bin/env bash
# What the image needs from its distribution: Python and its venv. An ordinary user is shown what would be installed.
set -euo pipefail
packages=(python3 python3-venv)
if [ "$(id -u)" != 0 ]; then exec apt-get install --simulate "${packages[@]}"; fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
rm -rf /var/lib/apt/lists/*
