#!/usr/bin/env bash
# Writes requirements.txt and requirements-dev.txt anew. Versions that still fit pyproject.toml stay (UPGRADE=1 moves them).
set -euo pipefail
cd "$(dirname "$0")/.."
bash .make/setup.sh check
options=(-q pyproject.toml --generate-hashes --no-header --no-annotate --python-version 3.11)
[ -z "${UPGRADE:-}" ] || options+=(--upgrade)
uv=.venv/bin/uv
"$uv" pip compile "${options[@]}" -o requirements.txt
"$uv" pip compile "${options[@]}" --group dev -c requirements.txt -o requirements-dev.txt
